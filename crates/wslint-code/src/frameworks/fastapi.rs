//! FastAPI.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::{self, Dialect};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "fastapi",
    title: "FastAPI",
    product: None,
    declared_by: &["@app.websocket('P')", "@router.websocket('P')", "router.add_api_websocket_route('P', f)"],
    path: "The first argument behind the prefixes of `APIRouter`, `include_router` and `mount`, all of them literal.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    python_routers::read(
        folder,
        found,
        &Dialect {
            package: "fastapi",
            apps: &["FastAPI"],
            routers: &["APIRouter"],
            prefix: "prefix",
            include: &["include_router"],
            replaces: false,
            declared_by: &["websocket", "websocket_route", "add_api_websocket_route", "add_websocket_route"],
        },
    );
}
