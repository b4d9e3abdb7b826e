// A field to sign in. It keeps points, not a picture, and draws them anew when its width changes.
import SignaturePad from "signature_pad";

import { HEIGHT, toGroups, toStrokes, WIDTH } from "../commitments/strokes.js";

/** `kept`: {strokes, start} from before; `changed` is told after every stroke. */
export class Pad {
  constructor(box, kept, changed) {
    this.box = box;
    this.canvas = box.querySelector("canvas");
    this.strokes = kept.strokes;
    this.start = kept.start;
    this.width = 0;
    this.options = { minWidth: 0.8, maxWidth: 2.6, minDistance: 2, penColor: window.getComputedStyle(box).color };
    this.pad = new SignaturePad(this.canvas, this.options);
    this.fit = this.fit.bind(this);
    this.isDrawing = false;
    this.pad.addEventListener("beginStroke", () => {
      this.isDrawing = true;
      if (!this.strokes.length) this.start = Date.now();
    });
    this.pad.addEventListener("endStroke", () => {
      this.isDrawing = false;
      this.strokes = toStrokes(this.pad.toData(), this.width, this.start);
      changed();
    });
    if (window.ResizeObserver) {
      this.observer = new ResizeObserver(this.fit);
      this.observer.observe(box);
    }
    window.addEventListener("resize", this.fit);
    this.fit();
  }

  fit() {
    const now = this.box.clientWidth;
    if (!now || now === this.width) return; // a scroll on a tablet resizes the window's height only
    if (this.width && this.isDrawing) this.strokes = toStrokes(this.pad.toData(), this.width, this.start);
    this.width = now;
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    this.canvas.width = Math.round(now * ratio);
    this.canvas.height = Math.round(((now * HEIGHT) / WIDTH) * ratio);
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.pad.fromData(toGroups(this.strokes, now, this.start, this.options));
  }

  clear() {
    this.pad.clear();
    this.strokes = [];
    this.start = 0;
  }

  end() {
    this.pad.off();
    window.removeEventListener("resize", this.fit);
    if (this.observer) this.observer.disconnect();
  }
}
