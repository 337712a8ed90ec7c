// Reads calendars with ical.js, which is not ours: a JSON list of texts comes on standard input, and what each
// says goes to standard output. What breaks its strict rules ends the program.
import ICAL from "ical.js";

ICAL.design.strict = true;
let given = "";
for await (const piece of process.stdin) given += piece;

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return {
    method: calendar.getFirstPropertyValue("method"),
    version: calendar.getFirstPropertyValue("version"),
    zones: calendar
      .getAllSubcomponents("vtimezone")
      .map((zone) => zone.getFirstPropertyValue("tzid")),
    events: calendar.getAllSubcomponents("vevent").map((part) => {
      const event = new ICAL.Event(part, { strictExceptions: true });
      return {
        uid: event.uid,
        title: event.summary,
        about: event.description,
        place: event.location,
        sequence: event.sequence,
        status: part.getFirstPropertyValue("status"),
        begins: event.startDate.toUnixTime(),
        ends: event.endDate.toUnixTime(),
        zone: event.startDate.zone.tzid,
        organizer: event.organizer,
        people: event.attendees.map((one) => [one.getFirstValue(), one.getParameter("cn")]),
      };
    }),
  };
}

process.stdout.write(JSON.stringify(JSON.parse(given).map(read)));
