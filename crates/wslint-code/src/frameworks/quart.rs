//! Quart.

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::{self, Dialect};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "quart",
    title: "Quart",
    product: None,
    declared_by: &["@app.websocket('P')", "@blueprint.websocket('P')"],
    path: "The first argument behind the `url_prefix` of the blueprint, which has to be registered.",
    read,
};

fn read(folder: &Folder<'_>, found: &mut Found) {
    python_routers::read(
        folder,
        found,
        &Dialect {
            package: "quart",
            apps: &["Quart"],
            routers: &["Blueprint"],
            prefix: "url_prefix",
            include: &["register_blueprint"],
            replaces: true,
            declared_by: &["websocket", "add_websocket"],
        },
    );
}
