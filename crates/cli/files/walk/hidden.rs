//! Looks into folders that ignore files hide, only to say what is hidden there.

use std::collections::HashSet;

use super::super::list::Folder;
use super::super::status::Kind;
use super::super::version_control::is_version_control_name;
use super::found::Hidden;
use super::visit::Walker;

impl Walker<'_> {
    /// Looks for files in hidden folders that likely are what is looked for, so that it can be said that they are hidden:
    /// first in those folders, then in those that lie in them, until it is too much.
    pub(super) fn look_into_hidden(&mut self) {
        let mut seen = HashSet::new();
        let mut room = self.search.limits.hidden;
        while let Some((real, hidden)) = self.hidden_folders.pop_front() {
            let Ok(folder) = Folder::open(&real) else { continue };
            if !seen.insert(folder.identity) {
                continue;
            }
            let mut likely = Vec::new();
            for (name, kind) in folder.flatten() {
                let Some(less) = room.checked_sub(1) else { return };
                room = less;
                let entry = Hidden {
                    path: hidden.path.join(&name),
                    by: hidden.by.clone(),
                    is_folder: kind == Kind::Folder,
                };
                let place = real.join(&name);
                let speaks = match kind {
                    Kind::Folder => !is_version_control_name(&name) && !(self.search.skips)(&name),
                    Kind::File => (self.search.likely_is)(&entry.path),
                    Kind::Link | Kind::Special(_) => false,
                };
                if speaks && !(self.search.leaves_out)(&place, entry.is_folder) {
                    likely.push((place, entry));
                }
            }
            likely.sort_by(|(one, _), (other, _)| one.cmp(other));
            for (place, entry) in likely {
                match entry.is_folder {
                    true => self.hidden_folders.push_back((place, entry)),
                    false => self.found.hidden.push(entry),
                }
            }
        }
    }
}
