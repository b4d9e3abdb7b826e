// The server thinks that this page came without HTTPS; the browser knows.
import { onEach } from "./present.js";

onEach("[data-insecure]", (line) => {
  if (window.isSecureContext) line.remove();
});
