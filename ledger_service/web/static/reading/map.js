// Shows places of a GeoJSON file by Leaflet, on a net of meridians and parallels that is drawn here: no
// tile comes from anywhere, so that nobody learns which map is looked at.

import { say } from "../words.js";
import { loadScript, loadStyle } from "./library.js";

const LARGEST = 16 * 2 ** 20; // bytes
const MOST_DRAWN = 20_000; // features
const MOST_LISTED = 200;
const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01]; // degrees between two lines
const MOST_LINES = 12;
const NAMES = ["name", "Name", "NAME", "title", "label"];

const section = document.getElementById("map");
const { address, library } = section.dataset;
const part = (id) => document.getElementById(id);

async function places() {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the file did not come: ${answer.status}`);
  if (Number(answer.headers.get("content-length")) > LARGEST)
    throw new Error("the file is too large");
  return answer.json();
}

/** Draw the net anew for what is on the screen. */
function drawNet(L, map, net) {
  net.clearLayers();
  const bounds = map.getBounds();
  const south = Math.max(bounds.getSouth(), -85);
  const north = Math.min(bounds.getNorth(), 85);
  const west = Math.max(bounds.getWest(), -180);
  const east = Math.min(bounds.getEast(), 180);
  const span = Math.max(north - south, east - west);
  const step = STEPS.findLast((one) => span / one <= MOST_LINES) ?? STEPS[0];
  const line = (from, to, text) => {
    L.polyline([from, to], { className: "net", weight: 1, interactive: false }).addTo(net);
    const icon = L.divIcon({ className: "degree", iconSize: null, html: text });
    L.marker(from, { icon, interactive: false, keyboard: false }).addTo(net);
  };
  const shown = (value) => `${Number(value.toFixed(2))}°`;
  for (let at = Math.ceil(west / step) * step; at <= east; at += step)
    line([south, at], [north, at], shown(at));
  for (let at = Math.ceil(south / step) * step; at <= north; at += step)
    line([at, west], [at, east], shown(at));
}

function nameOf(feature, number) {
  const found = NAMES.map((key) => feature?.properties?.[key]).find(
    (one) => typeof one === "string",
  );
  return found?.slice(0, 200) || say("page.reading.place", { number });
}

function drawPlaces(L, map, data) {
  const list = [];
  const layer = L.geoJSON(data, {
    style: () => ({ className: "area", weight: 2 }),
    pointToLayer: (_, at) => L.circleMarker(at, { className: "point", radius: 7, weight: 2 }),
    onEachFeature: (feature, shape) => {
      const name = nameOf(feature, list.length + 1);
      list.push([name, shape]);
      const words = document.createElement("bdi");
      words.textContent = name;
      shape.bindPopup(words);
    },
  }).addTo(map);
  const bounds = layer.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { maxZoom: 12 });
  else map.setView([41.3, 64.5], 5);
  return list;
}

function listPlaces(map, list) {
  for (const [name, shape] of list.slice(0, MOST_LISTED)) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = name;
    button.addEventListener("click", () => {
      if (shape.getBounds) map.fitBounds(shape.getBounds().pad(0.5), { maxZoom: 12 });
      else map.setView(shape.getLatLng(), Math.max(map.getZoom(), 8));
      shape.openPopup();
      part("sheets").focus();
    });
    item.append(button);
    part("places").append(item);
  }
  if (list.length > MOST_LISTED)
    part("found").textContent = say("page.reading.too-many", { count: MOST_LISTED });
}

async function begin() {
  const [data] = await Promise.all([
    places(),
    loadStyle(`${library}dist/leaflet.css`),
    loadScript(`${library}dist/leaflet.js`),
  ]);
  if ((data?.features?.length ?? 1) > MOST_DRAWN) throw new Error("too many places");
  const { L } = globalThis;
  section.hidden = false;
  part("unmapped").hidden = true;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(part("sheets"), {
    attributionControl: false,
    zoomControl: false,
    worldCopyJump: true,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  }).setView([0, 0], 1);
  const zoom = {
    zoomInTitle: say("page.reading.larger"),
    zoomOutTitle: say("page.reading.smaller"),
  };
  L.control.zoom(zoom).addTo(map);
  const net = L.layerGroup().addTo(map);
  listPlaces(map, drawPlaces(L, map, data));
  drawNet(L, map, net);
  map.on("moveend", () => drawNet(L, map, net));
  section.dataset.state = "shown";
}

begin().catch((error) => {
  console.error(error.message);
  section.hidden = true;
  part("unmapped").hidden = false;
  part("unmapped").textContent = say("page.reading.no-map");
  dispatchEvent(new Event("muhr-ask"));
});
