// Reads documents of IIIF by @iiif/parser, an array of them on standard input; tells what it found in each.
const { normalize } = require("@iiif/parser/presentation-3");
const { presentation3StrictUpgrade } = require("@iiif/parser/strict");
const { getImageServices, isLevel0, extractFixedSizeScales } = require("@iiif/parser/image-3");

const told = JSON.parse(require("node:fs").readFileSync(0, "utf8")).map((document) => {
  const { warnings } = presentation3StrictUpgrade(structuredClone(document), {
    warnings: [],
  });
  const { entities, resource } = normalize(structuredClone(document));
  const painted = Object.values(entities.ContentResource ?? {});
  const services = painted.flatMap((one) => getImageServices(one));
  return {
    type: resource.type,
    label: entities[resource.type][resource.id].label,
    canvases: Object.keys(entities.Canvas ?? {}).length,
    services: services.length,
    level0: services.every((service) => isLevel0(service)),
    warnings: warnings ?? [],
  };
});
console.log(JSON.stringify(told));
