/** The pages of imagery for staff. */

import "@photo-sphere-viewer/core/index.css";
import "@photo-sphere-viewer/markers-plugin/index.css";
import "../styles/pano.css";
import "../styles/pano-areas.css";
import "../styles/pano-report.css";
import { BlurAreas } from "./blur-areas.ts";
import { ImageryWorkspace } from "./workspace.ts";

customElements.define("imagery-workspace", ImageryWorkspace);
customElements.define("blur-areas", BlurAreas);
