//! What paths have in common, which lists say once.

/// The folder that all paths lie in, with a slash at its end; empty if there is none.
pub(crate) fn common_folder<'p>(mut paths: impl Iterator<Item = &'p str>) -> String {
    let folder_end = |path: &[u8]| path.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let Some(first) = paths.next() else { return String::new() };
    let end = paths.fold(folder_end(first.as_bytes()), |end, path| {
        let shared =
            first.as_bytes()[..end].iter().zip(path.as_bytes()).take_while(|(one, other)| one == other);
        folder_end(&first.as_bytes()[..shared.count()])
    });
    first[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::common_folder;

    #[test]
    fn the_folder_is_what_all_paths_begin_with() {
        for (paths, folder) in [
            (&["a/b/c.conf", "a/b/d.conf"][..], "a/b/"),
            (&["a/b/c.conf", "a/bc/d.conf"], "a/"),
            (&["/etc/nginx/nginx.conf"], "/etc/nginx/"),
            (&["a/é.conf", "a/è.conf"], "a/"),
            (&["nginx.conf", "a/b.conf"], ""),
            (&[], ""),
        ] {
            assert_eq!(common_folder(paths.iter().copied()), folder, "{paths:?}");
        }
    }
}
