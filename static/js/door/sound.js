// Three sounds that are told apart in a loud hall: rising (come in), twice the same (already inside), low and long (refused).

const tunes = {
  accepted: [[880, 0, 0.12], [1320, 0.13, 0.22]],
  repeated: [[660, 0, 0.13], [660, 0.2, 0.13]],
  refused: [[196, 0, 0.5]],
};
const shakes = { accepted: [60], repeated: [60, 80, 60], refused: [400] };
const remembered = "door-sound";
let context = null;

export const isOn = () => localStorage.getItem(remembered) !== "off";

export function setOn(on) {
  localStorage.setItem(remembered, on ? "on" : "off");
  if (on) wake();
}

/** Browsers let a page make sounds only after somebody touched it. */
function wake() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  if (!context) context = new Context();
  if (context.state === "suspended") context.resume().catch(() => {});
}
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake, { once: true });

export function play(outcome) {
  if (!isOn() || !tunes[outcome]) return;
  if (navigator.vibrate && navigator.userActivation && navigator.userActivation.hasBeenActive) navigator.vibrate(shakes[outcome]);
  if (!context || context.state !== "running") return;
  for (const [pitch, from, length] of tunes[outcome]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + from;
    tone.type = outcome === "refused" ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + length + 0.02);
  }
  document.documentElement.dataset.lastSound = outcome;
}
