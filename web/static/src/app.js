// What every page needs: htmx for partial updates, Tabler's menus, and a few small habits of ours.
import "htmx.org";
import "@tabler/core/dist/js/tabler.esm.min.js";
import "./rows.js";
import "./forms.js";
