// Reads QR codes from the camera: the browser's own reader where there is one, else zxing in WebAssembly from this site.

const pause = 120; // ms between two looks
const widest = 960; // px of the picture that is looked through
const sameCode = 3000; // ms: the same code stays the same scan until it was gone for that long

/** Why there is no picture, as a word of the page. */
export class CameraProblem extends Error {}

function wordOf(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  if (error.name === "NotReadableError" || error.name === "AbortError") return "busy";
  return "none";
}

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null;
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => (await detector.detect(canvas)).map((found) => found.rawValue);
}

async function zxingReader(wasm) {
  const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
  await prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasm : prefix + path) }, fireImmediately: true });
  const options = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true };
  return async (canvas, context) => {
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return (await readBarcodes(picture, options)).filter((found) => found.isValid).map((found) => found.text);
  };
}

export class Camera {
  /** `video` shows the picture; `read(text)` is called once for each code held up. */
  constructor(video, wasm, read) {
    this.video = video;
    this.wasm = wasm;
    this.read = read;
    this.stream = null;
    this.last = { text: "", at: -Infinity };
  }

  async start() {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new CameraProblem("insecure");
    try {
      const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      throw new CameraProblem(wordOf(error));
    }
    try {
      this.decode = this.decode || (await ownReader()) || (await zxingReader(this.wasm));
    } catch (_error) {
      this.stop();
      throw new CameraProblem("decoder");
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.#look();
  }

  stop() {
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  async #look() {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (this.stream) {
      const { videoWidth: width, videoHeight: height } = this.video;
      if (width && !document.hidden) {
        const scale = Math.min(1, widest / width);
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
        const texts = await this.decode(canvas, context).catch(() => []);
        texts.filter(Boolean).slice(0, 1).forEach((text) => this.#seen(text));
      }
      await new Promise((resolve) => { setTimeout(resolve, pause); });
    }
  }

  #seen(text) {
    const now = performance.now();
    const isSame = text === this.last.text && now - this.last.at < sameCode;
    this.last = { text, at: now };
    if (!isSame && this.stream) this.read(text);
  }
}
