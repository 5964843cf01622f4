// A map where a page has one: areas or cells shaded by a count, from data in the page. The table beside it says the
// same in words, for everybody, on paper and without JavaScript. No tiles unless the page names a source: they
// would tell a third party where a victim lives.
//
// <div class="s-map" data-map="map-data"></div> and <script type="application/json" id="map-data"> with
// {"areas": [{"name", "count", "band": 0..4, "rings": [[[lat, lon], ...]], "here": bool, "href": str|null}],
//  "points": [{"name", "lat", "lon"}], "tiles": str|null, "attribution": str|null}
import { circleMarker, latLngBounds, map as leafletMap, polygon, tileLayer } from "leaflet/dist/leaflet-src.esm.js";

/** Words for a tooltip, always as text, never as markup. */
function words(area) {
  const text = document.createElement("span");
  text.textContent = area.count === undefined ? area.name : `${area.name}: ${area.count}`;
  return text;
}

function draw(element) {
  const data = JSON.parse(document.getElementById(element.dataset.map).textContent);
  const chart = leafletMap(element, {
    scrollWheelZoom: false,
    zoomControl: true,
    attributionControl: Boolean(data.tiles),
    zoomAnimation: false,
    fadeAnimation: false,
  });
  if (data.tiles) tileLayer(data.tiles, { attribution: data.attribution || "", maxZoom: 19 }).addTo(chart);
  const bounds = latLngBounds([]);
  for (const area of data.areas || []) {
    const shape = polygon(area.rings, {
      className: `s-map__cell s-map__cell--${area.band}${area.here ? " s-map__cell--here" : ""}`,
    });
    shape.bindTooltip(words(area)).addTo(chart);
    if (area.href) shape.on("click", () => window.location.assign(area.href));
    bounds.extend(shape.getBounds());
  }
  for (const point of data.points || []) {
    const mark = circleMarker([point.lat, point.lon], { radius: 6, className: "s-map__cell s-map__cell--here" });
    mark.bindTooltip(words(point)).addTo(chart);
    bounds.extend(mark.getLatLng());
  }
  if (bounds.isValid()) chart.fitBounds(bounds, { padding: [10, 10], maxZoom: 16, animate: false });
  else chart.setView([52.66, -1.13], 9);
}

document.querySelectorAll("[data-map]").forEach(draw);
