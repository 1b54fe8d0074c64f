//! What a file has besides its content and what a new file in its place shall have too: owner, mode, access control
//! list, extended attributes.

use std::ffi::{CStr, CString};
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{
    Gid, Uid, XattrFlags, fchown, fgetxattr, flistxattr, fremovexattr, fsetxattr, getxattr, listxattr,
};
use rustix::io::Errno;
use thiserror::Error;

use crate::files::system_words;

/// The longest list of names and the longest value that Linux has, in bytes (`XATTR_LIST_MAX`, `XATTR_SIZE_MAX`).
const LONGEST: usize = 64 << 10;

/// What a file has besides its content.
pub(in crate::write) struct Attributes {
    owner: (u32, u32),
    permissions: Permissions,
    extended: Vec<(CString, Vec<u8>)>,
}

/// What cannot be given to a file.
#[derive(Debug, Error)]
pub(crate) enum Lost {
    /// Owner or group: the file belongs to somebody else, and a new one would not.
    #[error("its owner cannot be kept: {}", system_words(&(*.0).into()))]
    Owner(Errno),
    /// The mode.
    #[error("its mode cannot be kept: {}", system_words(.0))]
    Mode(io::Error),
    /// The access control list or an extended attribute.
    #[error("its access control list or extended attributes cannot be kept: {}", system_words(&(*.0).into()))]
    Extended(Errno),
}

impl Attributes {
    /// Looks at the file that `path` leads to.
    ///
    /// # Errors
    /// Its extended attributes cannot be read.
    pub(in crate::write) fn of(path: &Path, metadata: &Metadata) -> Result<Self, Lost> {
        let value = |name: CString| {
            let mut value = vec![0; LONGEST];
            let length = getxattr(path, &name, &mut value[..])?;
            value.truncate(length);
            Ok((name, value))
        };
        let extended = kept(|list| listxattr(path, list)).map_err(Lost::Extended)?;
        Ok(Self {
            owner: (metadata.uid(), metadata.gid()),
            permissions: metadata.permissions(),
            extended: extended.into_iter().map(value).collect::<Result<_, _>>().map_err(Lost::Extended)?,
        })
    }

    /// Gives them to a file that was made just now.
    ///
    /// # Errors
    /// The user may not, or the file system cannot.
    pub(in crate::write) fn give(&self, file: &File) -> Result<(), Lost> {
        let made = file.metadata().map_err(Lost::Mode)?;
        if (made.uid(), made.gid()) != self.owner {
            let (owner, group) = (Uid::from_raw(self.owner.0), Gid::from_raw(self.owner.1));
            fchown(file, Some(owner), Some(group)).map_err(Lost::Owner)?;
        }
        self.give_extended(file).map_err(Lost::Extended)?;
        file.set_permissions(self.permissions.clone()).map_err(Lost::Mode)
    }

    fn give_extended(&self, file: &File) -> Result<(), Errno> {
        // A file in a folder with a default access control list begins with that one.
        for name in kept(|list| flistxattr(file, list))? {
            if self.extended.iter().all(|(wanted, _)| *wanted != name) {
                fremovexattr(file, &name)?;
            }
        }
        for (name, value) in &self.extended {
            let mut there = vec![0; value.len()];
            // The system labels new files by itself, most often as the old ones are, and not everybody may do so.
            if fgetxattr(file, name, &mut there[..]) != Ok(value.len()) || there != *value {
                fsetxattr(file, name, value, XattrFlags::empty())?;
            }
        }
        Ok(())
    }
}

/// The names in a list of extended attributes that belong to the file rather than to its content (checksums of it) or to
/// the system.
fn kept(list: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<CString>, Errno> {
    let mut names = vec![0; LONGEST];
    match list(&mut names) {
        Ok(length) => names.truncate(length),
        Err(Errno::NOTSUP) => names.clear(),
        Err(error) => return Err(error),
    }
    let names =
        names.split_inclusive(|byte| *byte == 0).filter_map(|name| CStr::from_bytes_with_nul(name).ok());
    Ok(names.filter(|name| is_kept(name.to_bytes())).map(CStr::to_owned).collect())
}

fn is_kept(name: &[u8]) -> bool {
    name.starts_with(b"user.") || name.starts_with(b"system.") || name == b"security.selinux"
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::path::Path;

    use rustix::fs::{XattrFlags, getxattr, setxattr};

    use super::Attributes;

    /// `user::rw-, user:12345:r--, group::---, mask::r--, other::---` as the system keeps it (`acl(5)`,
    /// `struct posix_acl_xattr_entry`). Without the list the mode would give the group what the mask allows.
    fn access_list() -> Vec<u8> {
        let entries: [(u16, u16, u32); 5] =
            [(1, 6, u32::MAX), (2, 4, 12345), (4, 0, u32::MAX), (16, 4, u32::MAX), (32, 0, u32::MAX)];
        let entry = |(tag, rights, id): (u16, u16, u32)| {
            [&tag.to_le_bytes()[..], &rights.to_le_bytes(), &id.to_le_bytes()].concat()
        };
        [2_u32.to_le_bytes().to_vec()].into_iter().chain(entries.map(entry)).flatten().collect()
    }

    fn list(path: &Path) -> Option<Vec<u8>> {
        let mut value = [0; 128];
        let length = getxattr(path, "system.posix_acl_access", &mut value[..]).ok()?;
        Some(value[..length].to_vec())
    }

    fn give(from: &Path, to: &Path) {
        let attributes = Attributes::of(from, &fs::metadata(from).expect("a file")).expect("readable");
        attributes.give(&File::create_new(to).expect("a new file")).expect("they can be given");
    }

    #[test]
    fn mode_owner_and_access_list_are_given() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        fs::write(&old, "old").expect("a file");
        if rustix::process::geteuid().is_root() {
            chown(&old, Some(12345), Some(12346)).expect("root may");
        }
        fs::set_permissions(&old, Permissions::from_mode(0o600)).expect("a mode");
        setxattr(&old, "system.posix_acl_access", &access_list(), XattrFlags::empty()).expect("a list");
        give(&old, &new);
        let [before, after] = [&old, &new].map(|path| fs::metadata(path).expect("a file"));
        assert_eq!((before.mode(), before.uid(), before.gid()), (after.mode(), after.uid(), after.gid()));
        assert_eq!(list(&new), Some(access_list()));
    }

    #[test]
    fn a_list_that_the_folder_gives_to_new_files_is_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        fs::write(&old, "old").expect("a file");
        setxattr(folder.path(), "system.posix_acl_default", &access_list(), XattrFlags::empty())
            .expect("a list");
        let inherits = folder.path().join("inherits");
        fs::write(&inherits, "").expect("a file");
        assert!(list(&inherits).is_some(), "otherwise there is nothing to take away");
        give(&old, &new);
        assert_eq!(list(&new), None);
        assert_eq!(fs::metadata(&new).expect("there").mode(), fs::metadata(&old).expect("there").mode());
    }
}
