//! Code: whatever a file holds, it is read to its end, what is found stands in it, and the same files say the same.

use wslint_code::{File, Place, Set, read};

/// What one text declares as a file of each language, all of them in one folder.
///
/// # Panics
/// Where a place lies outside of its file, a path is none, or the same files say something else when they are read again.
pub fn code(text: &str) {
    let names = [
        "a.ts",
        "b.js",
        "a.py",
        "a.rb",
        "a.cs",
        "a.java",
        "a.kt",
        "a.go",
        "a.rs",
        "a.ex",
        "public/a.js",
        "application.yml",
    ];
    let files: Vec<File<'_>> = names.iter().map(|path| File { path, text }).collect();
    let code = read(&files, &[]);
    assert_eq!(code, read(&files, &[]), "the same files say the same");
    let stands = |place: &Place| {
        let text = files.get(place.file).and_then(|file| file.text.get(place.span.range()));
        assert!(text.is_some(), "{place:?}");
    };
    for one in &code.declared {
        stands(&one.place);
        one.clients.iter().for_each(stands);
        one.settings.iter().for_each(|setting| stands(&setting.place));
        if let Set::To(_, place) | Set::Unknown(place) = &one.heartbeat {
            stands(place);
        }
        let first = one.path.literal.strip_prefix('/').and_then(|rest| rest.split('/').next());
        assert!(first.is_some_and(|segment| !segment.is_empty() && !segment.contains('*')), "{:?}", one.path);
        assert!(one.path.pattern.starts_with(&one.path.literal), "{:?}", one.path);
    }
    code.any_path.iter().for_each(|one| stands(&one.place));
    code.unknown.iter().for_each(|one| stands(&one.place));
}
