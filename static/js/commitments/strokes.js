// A drawn signature as points in a field 1000 wide and 400 high, so that turning, scrolling and resizing change nothing;
// what counts as one is the rule of commitments/strokes.py; vectors: tests/commitments/vectors/strokes_1.json.

export const WIDTH = 1000;
export const HEIGHT = 400;
const MIN_POINTS = 6;
const MIN_LENGTH = 150;
const MIN_EXTENT = 60;
const MAX_POINTS = 5000;
const MAX_STROKES = 200;

const within = (value, most) => Math.min(Math.max(value, 0), most);

/** What signature_pad drew at this width, as strokes of [x, y, milliseconds since `start`, pressure]. */
export function toStrokes(groups, width, start) {
  const drawn = groups.filter((group) => group.points.length);
  return drawn.map((group) => group.points.map((point) => [
    Math.round(within((point.x * WIDTH) / width, WIDTH) * 10) / 10,
    Math.round(within((point.y * WIDTH) / width, HEIGHT) * 10) / 10,
    Math.max(0, Math.round(point.time - start)),
    Math.round(within(point.pressure || 0, 1) * 100) / 100,
  ]));
}

export function toGroups(strokes, width, start, options) {
  return strokes.map((stroke) => ({
    ...options,
    points: stroke.map(([x, y, time, pressure]) => ({ x: (x * width) / WIDTH, y: (y * width) / WIDTH, time: start + time, pressure })),
  }));
}

/** Why this is no signature: empty, too_short, too_large; "" when it is one. */
export function problemOf(strokes) {
  const points = strokes.reduce((all, stroke) => all.concat(stroke), []);
  if (!points.length) return "empty";
  if (strokes.length > MAX_STROKES || points.length > MAX_POINTS) return "too_large";
  if (points.length < MIN_POINTS || pathLength(strokes) < MIN_LENGTH || extent(points) < MIN_EXTENT) return "too_short";
  return "";
}

const distance = (from, to) => Math.hypot(to[0] - from[0], to[1] - from[1]);
const pathLength = (strokes) => strokes.reduce((sum, stroke) => (
  stroke.slice(1).reduce((length, point, index) => length + distance(stroke[index], point), sum)
), 0);

function extent(points) {
  const spread = (at) => Math.max(...points.map((point) => point[at])) - Math.min(...points.map((point) => point[at]));
  return Math.hypot(spread(0), spread(1));
}

/** An SVG path for a stroke; a lone point is a short dash. */
export function svgPath(stroke) {
  if (stroke.length === 1) return `M${stroke[0][0]} ${stroke[0][1]}h2`;
  return `M${stroke.map(([x, y]) => `${x} ${y}`).join("L")}`;
}
