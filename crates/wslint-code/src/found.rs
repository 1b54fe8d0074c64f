//! Where the frameworks put what they find.

use crate::declared::{AnyPath, Declared, Set, Transports, Unknown};
use crate::file::Place;
use crate::path::Path;
use crate::settings::Settings;

/// No folder declares more than this: what goes beyond is made up.
const MOST: usize = 2_000;

/// What one framework finds in a folder.
pub(crate) struct Found {
    framework: &'static str,
    product: Option<&'static str>,
    pub(crate) declared: Vec<Declared>,
    pub(crate) any_path: Vec<AnyPath>,
    pub(crate) unknown: Vec<Unknown>,
}

impl Found {
    /// Nothing yet, by the name of a framework and of its product.
    pub(crate) fn new(framework: &'static str, product: Option<&'static str>) -> Self {
        Self { framework, product, declared: Vec::new(), any_path: Vec::new(), unknown: Vec::new() }
    }

    /// An endpoint that only WebSockets reach, without settings of its own.
    pub(crate) fn websocket(&mut self, path: Option<Path>, place: Place) {
        self.declare(path, Transports::WebsocketOnly, Settings::default(), place);
    }

    /// An endpoint, or what keeps it from being one.
    pub(crate) fn declare(
        &mut self,
        path: Option<Path>,
        transports: Transports,
        settings: Settings,
        place: Place,
    ) {
        let Some(path) = path else {
            return self.unknown("its path is not literal from the first segment on", place);
        };
        if self.declared.len() < MOST {
            self.declared.push(Declared {
                path,
                framework: self.framework,
                product: self.product,
                transports,
                heartbeat: settings.heartbeat,
                settings: settings.all,
                place,
                clients: Vec::new(),
            });
        }
    }

    /// A server that takes every path.
    pub(crate) fn any_path(&mut self, settings: Settings, place: Place) {
        if self.any_path.len() < MOST {
            self.any_path.push(AnyPath {
                framework: self.framework,
                product: self.product,
                heartbeat: settings.heartbeat,
                settings: settings.all,
                place,
            });
        }
    }

    /// Something whose path cannot be told.
    pub(crate) fn unknown(&mut self, why: &'static str, place: Place) {
        if self.unknown.len() < MOST {
            self.unknown.push(Unknown { framework: self.framework, why, place });
        }
    }

    /// Sets the heartbeat of all that is found from a position on and has none.
    pub(crate) fn beats_from(&mut self, from: usize, heartbeat: &Set<crate::declared::Heartbeat>) {
        for declared in &mut self.declared[from..] {
            if declared.heartbeat == Set::Not {
                declared.heartbeat = heartbeat.clone();
            }
        }
    }
}
