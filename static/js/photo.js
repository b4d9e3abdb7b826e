// Photos are made smaller on the phone: at most 1600 px, JPEG. If anything fails, the original is sent.
import { onEach } from "./present.js";

const longestSide = 1600;
const quality = 0.8;

/** Where a JPEG says how it is turned: {orientation, start, end} of its Exif segment, or null. */
export function exifOf(bytes) {
  const view = new DataView(bytes);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null;
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) {
      return { orientation: orientationIn(view, at + 10), start: at, end: at + 2 + length };
    }
    at += 2 + length;
  }
  return null;
}

function orientationIn(view, tiff) {
  if (tiff + 8 > view.byteLength) return 1;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > view.byteLength) return 1;
  const count = view.getUint16(directory, little);
  for (let entry = directory + 2, n = 0; n < count && entry + 12 <= view.byteLength; n += 1, entry += 12) {
    if (view.getUint16(entry, little) === 0x0112) return view.getUint16(entry + 8, little);
  }
  return 1;
}

// Browsers disagree on whether they turn a decoded picture. Without its Exif segment none of them does, so we turn it.
function untagged(bytes, exif) {
  if (!exif) return new Blob([bytes]);
  return new Blob([bytes.slice(0, exif.start), bytes.slice(exif.end)], { type: "image/jpeg" });
}

const turns = {
  2: (c, w) => c.transform(-1, 0, 0, 1, w, 0),
  3: (c, w, h) => c.transform(-1, 0, 0, -1, w, h),
  4: (c, w, h) => c.transform(1, 0, 0, -1, 0, h),
  5: (c) => c.transform(0, 1, 1, 0, 0, 0),
  6: (c, w, h) => c.transform(0, 1, -1, 0, h, 0),
  7: (c, w, h) => c.transform(0, -1, -1, 0, h, w),
  8: (c, w) => c.transform(0, -1, 1, 0, 0, w),
};

function draw(bitmap, orientation) {
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement("canvas");
  const sideways = orientation >= 5 && orientation <= 8;
  canvas.width = sideways ? height : width;
  canvas.height = sideways ? width : height;
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // a see-through PNG becomes white, not black
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (turns[orientation]) turns[orientation](context, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

const readAll = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsArrayBuffer(file);
});

const toJpeg = (canvas) => new Promise((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality);
});

/** The photo made smaller, turned upright: {file, canvas}. Rejects when the browser cannot read it. */
export async function shrink(file) {
  const bytes = await readAll(file);
  const exif = exifOf(bytes);
  const bitmap = await createImageBitmap(untagged(bytes, exif));
  const canvas = draw(bitmap, exif ? exif.orientation : 1);
  const blob = await toJpeg(canvas);
  const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
  const smaller = new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
  const isUpright = !exif || exif.orientation === 1;
  return { file: smaller.size < file.size || !isUpright ? smaller : file, canvas };
}

const readable = (size) => (size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`);

async function replaceFiles(input, status, preview) {
  const chosen = Array.from(input.files).filter((file) => file.type.startsWith("image/") || !file.type);
  if (chosen.length === 0) return;
  status.textContent = status.dataset.working;
  const kept = new DataTransfer();
  let drawn = null;
  let shrunk = 0;
  for (const file of Array.from(input.files)) {
    try {
      const result = await shrink(file);
      kept.items.add(result.file);
      drawn = drawn || result.canvas;
      shrunk += 1;
    } catch (error) {
      kept.items.add(file);
    }
  }
  input.files = kept.files;
  if (drawn && preview) preview.replaceChildren ? preview.replaceChildren(drawn) : (preview.innerHTML = "", preview.append(drawn));
  const size = Array.from(kept.files).reduce((sum, file) => sum + file.size, 0);
  status.textContent = `${shrunk ? status.dataset.done : status.dataset.kept} ${readable(size)}`;
}

onEach("[data-photo]", (input) => {
  const field = input.closest("[data-photo-field]");
  if (!field || typeof createImageBitmap !== "function") return;
  const status = field.querySelector("[data-photo-status]");
  const preview = field.querySelector("[data-photo-preview]");
  input.addEventListener("change", () => {
    // While it works, the form waits: a half-made photo is never sent.
    const form = input.form;
    const button = form && form.querySelector("button[type=submit]");
    if (button) button.disabled = true;
    replaceFiles(input, status, preview)
      .catch(() => { status.textContent = ""; })
      .then(() => { if (button) button.disabled = false; });
  });
});
