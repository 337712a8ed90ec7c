// Reads the code of a printed receipt, by the camera or from a photo. The pictures stay on this device; of what a code
// says, the receipt behind its “#” is taken, and its address is not followed. The browser's own reader of codes is
// used where it has one, else a library that is loaded now.

import { say } from "./words.js";

const PREFIX = "#receipt=";
const PAUSE_MILLISECONDS = 250;
const LARGEST_SIDE = 2400; // of a photo, in pixels, as it is searched
const find = (id) => document.getElementById(id);
const [part, start, video, status, photo] = [
  "scan-part",
  "scan-start",
  "scan-video",
  "scan-status",
  "scan-photo",
].map(find);
const canvas = document.createElement("canvas");
let stream = null;
let detector = null;

/** Resolve with the function that finds the text of a code on the canvas, or null. */
async function makeDetector() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  if (formats.includes("qr_code")) {
    const own = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await own.detect(canvas))[0]?.rawValue ?? null;
  }
  const { default: decode } = await import(`${part.dataset.library}decode.js`);
  return async () => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    try {
      return decode({ width, height, data });
    } catch {
      return null; // it finds no code
    }
  };
}

/** Resolve with whether a picture has the code of a receipt, which the page then takes. */
async function look(picture, width, height) {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  detector ??= makeDetector();
  const text = await (await detector)();
  const at = text?.indexOf(PREFIX) ?? -1;
  if (at < 0) return false;
  location.hash = text.slice(at);
  status.textContent = say("page.scan.found");
  find("receipt-book").focus();
  return true;
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.hidden = true;
  start.textContent = say("page.scan.start");
}

async function scan() {
  if (stream !== null) return stop();
  try {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
  } catch {
    status.textContent = say("page.scan.no-camera");
    return photo.focus();
  }
  video.srcObject = stream;
  video.hidden = false;
  start.textContent = say("page.scan.stop");
  status.textContent = say("page.scan.aim");
  await video.play();
  while (stream !== null) {
    if (await look(video, video.videoWidth, video.videoHeight)) return stop();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}

photo.addEventListener("change", async () => {
  try {
    const picture = await createImageBitmap(photo.files[0]);
    const isFound = await look(picture, picture.width, picture.height);
    if (!isFound) status.textContent = say("page.scan.none");
  } catch {
    status.textContent = say("page.scan.none");
  }
});
start.addEventListener("click", scan);
addEventListener("pagehide", stop);
part.hidden = false;
