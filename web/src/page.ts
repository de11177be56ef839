/** Behaviour of every page: the search box, and buttons that only make sense with scripts. */

import { AddressSearch } from "./elements/address-search.ts";
import { CopyText } from "./elements/copy-text.ts";
import { JobProgress } from "./elements/job-progress.ts";
import { MyLocation } from "./elements/my-location.ts";
import { PrintPage } from "./elements/print-page.ts";

customElements.define("address-search", AddressSearch);
customElements.define("copy-text", CopyText);
customElements.define("job-progress", JobProgress);
customElements.define("my-location", MyLocation);
customElements.define("print-page", PrintPage);

// Only who is signed in has a session that can end.
if (document.querySelector("session-timer")) {
  void import("./elements/session-timer.ts").then(({ SessionTimer }) => customElements.define("session-timer", SessionTimer));
}

// Only the form that asks to blur a picture has one.
if (document.querySelector("point-at")) {
  void import("./elements/point-at.ts").then(({ PointAt }) => customElements.define("point-at", PointAt));
}

// After a pick in the search box, the heading of what was found takes the focus.
const found = sessionStorage.getItem("found");
if (found !== null) {
  sessionStorage.removeItem("found");
  document.querySelector<HTMLElement>("h1[tabindex]")?.focus();
}
