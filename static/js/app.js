// What every page needs. Each module attaches to data attributes, so it also serves parts that htmx brings later.
import "htmx.org";

import "./dialogs.js";
import "./forms.js";
import "./menus.js";
import "./tables.js";
import "./theme.js";
import "./toasts.js";
import { whenPresent } from "./present.js";

whenPresent("[data-photo]", () => import("./photo.js"));
whenPresent("form[data-draft], [data-draft-sent]", () => import("./draft.js"));
whenPresent("[data-grid]", () => import("./grid.js"));
whenPresent("[data-copy], [data-print]", () => import("./handover.js"));
whenPresent(".run-part", () => import("./run-part.js"));
whenPresent("[data-fullscreen]", () => import("./fullscreen.js"));
whenPresent("[data-insecure]", () => import("./insecure.js"));

whenPresent("[data-own-now]", () => import("./live/own.js"));
