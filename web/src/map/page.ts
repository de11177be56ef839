/** The map page. */

import "../styles/map.css";
import { GeoMap } from "./geo-map.ts";

customElements.define("geo-map", GeoMap);
