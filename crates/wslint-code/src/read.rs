//! Reads a folder: each framework looks at all files, and what they find is put together.

use crate::clients;
use crate::declared::Code;
use crate::file::File;
use crate::folder::Folder;
use crate::found::Found;
use crate::frameworks;
use crate::merge;

/// What the code of one build folder declares. Of the clients' files, which lie elsewhere, only what asks for that counts;
/// places number them after those of the folder.
#[must_use]
pub fn read(files: &[File<'_>], clients: &[File<'_>]) -> Code {
    let folder = Folder::new(files);
    let mut code = Code::default();
    for framework in frameworks::all() {
        let mut found = Found::new(framework.name, framework.product);
        (framework.read)(&folder, &mut found);
        code.declared.append(&mut found.declared);
        code.any_path.append(&mut found.any_path);
        code.unknown.append(&mut found.unknown);
    }
    code.declared = merge::merged(code.declared);
    clients::confirm(&folder, clients, &mut code.declared);
    code.any_path.sort_by_key(|one| (one.place.order(), one.framework));
    code.unknown.sort_by_key(|one| (one.place.order(), one.framework, one.why));
    code.unknown.dedup();
    code
}
