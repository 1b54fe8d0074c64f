//! Manifests: which packages a program is made of, and in which versions; and the lock files beside them.

mod dotnet;
mod elixir;
mod go;
mod lines;
mod lock;
mod node;
mod package;
mod python;
mod range;
mod ruby;

pub use self::package::Package;

/// The folder whose files are lists of requirements, and how the name of such a list begins.
pub const REQUIREMENTS: &str = "requirements";

/// How many packages of one manifest are read.
const MOST_PACKAGES: usize = 5_000;

/// The packages of a manifest that is called so; `None` for what is no manifest. Those for tests and for the work on the
/// program are left out.
pub fn packages(name: &str, bytes: &[u8]) -> Option<Vec<Package>> {
    let read = reader(name)?;
    let mut packages = std::str::from_utf8(bytes).map(read).unwrap_or_default();
    packages.truncate(MOST_PACKAGES);
    Some(packages)
}

/// The versions that a lock file of this name pins; `None` for what is none. It holds what packages need as well.
pub fn locked(name: &str, bytes: &[u8]) -> Option<Vec<Package>> {
    let read = lock::reader(&name.to_ascii_lowercase())?;
    Some(std::str::from_utf8(bytes).map(read).unwrap_or_default())
}

/// Whether a file of this name is a lock file.
pub fn is_lock(name: &str) -> bool {
    lock::reader(&name.to_ascii_lowercase()).is_some()
}

/// Whether a file of this name is a manifest.
pub fn is_manifest(name: &str) -> bool {
    reader(name).is_some()
}

fn reader(name: &str) -> Option<fn(&str) -> Vec<Package>> {
    let name = name.to_ascii_lowercase();
    Some(match name.as_str() {
        "package.json" => node::package_json,
        "pyproject.toml" => python::pyproject,
        "pipfile" => python::pipfile,
        "gemfile" => ruby::gemfile,
        "go.mod" => go::go_mod,
        "mix.exs" => elixir::mix,
        _ if name.ends_with(".csproj") => dotnet::project,
        _ if name.starts_with(REQUIREMENTS) && name.ends_with(".txt") && !is_for_work(&name) => {
            python::requirements
        }
        _ => return None,
    })
}

/// Whether a list of requirements is for tests or for the work on the program.
fn is_for_work(name: &str) -> bool {
    ["dev", "local", "test", "doc", "lint", "ci"].iter().any(|word| {
        name.split(['-', '_', '.'])
            .any(|part| part.strip_suffix('s').unwrap_or(part) == *word || part == "development")
    })
}

#[cfg(test)]
mod tests {
    use super::range::allowed;
    use super::{locked, packages};

    fn check(name: &str, text: &str, expected: &[(&str, Option<&str>, &str)]) {
        let found = packages(name, text.as_bytes()).unwrap_or_else(|| panic!("{name} is a manifest"));
        let found: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.versions, &text[one.span.range()])).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, versions, text)| (*name, allowed(versions.unwrap_or_default()), *text))
            .collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn requirements_name_packages() {
        let text =
            "# a\nuvicorn[standard]==0.30.1 ; python_version > '3'\n-r base.txt\nChannels~=4.0\n\nDjango\n";
        check(
            "requirements.txt",
            text,
            &[
                ("uvicorn", Some("0.30.1"), "uvicorn[standard]==0.30.1 ; python_version > '3'"),
                ("channels", Some("~=4.0"), "Channels~=4.0"),
                ("django", None, "Django"),
            ],
        );
        assert_eq!(packages("requirements-dev.txt", b"x"), None);
        assert_eq!(packages("README.txt", b"x"), None);
    }

    #[test]
    fn toml_names_packages() {
        let text = "[project]\ndependencies = [\n  \"fastapi>=0.100\",\n  'uvicorn==0.30.1',\n]\n\
                    [tool.poetry.dependencies]\npython = \"^3.11\"\ndaphne = \"4.1.0\"\nx = {version = \"2.0\"}\n";
        check(
            "pyproject.toml",
            text,
            &[
                ("fastapi", Some(">=0.100"), "\"fastapi>=0.100\""),
                ("uvicorn", Some("0.30.1"), "'uvicorn==0.30.1'"),
                ("daphne", Some("4.1.0"), "daphne"),
                ("python", Some("^3.11"), "python"),
                ("x", Some("2.0"), "x"),
            ],
        );
        check(
            "Pipfile",
            "[packages]\ndaphne = \"*\"\n[dev-packages]\npytest = \"*\"\n",
            &[("daphne", None, "daphne")],
        );
        check("pyproject.toml", "[project\n", &[]);
    }

    #[test]
    fn package_json_names_packages() {
        let text = "{\n\t\"name\": \"x\",\n\t\"dependencies\": {\"socket.io\": \"4.7.5\", \"@x/y\": \"^1\"},\n\
                    \t\"devDependencies\": {\"ws\": \"8\"}\n}\n";
        check(
            "package.json",
            text,
            &[("socket.io", Some("4.7.5"), "\"socket.io\""), ("@x/y", Some("^1"), "\"@x/y\"")],
        );
        check("package.json", "{", &[]);
        check("package.json", "[]", &[]);
    }

    #[test]
    fn other_manifests_name_packages() {
        check(
            "Gemfile",
            "source 'x'\ngem 'rails', '7.1.2'\ngem \"puma\", \"~> 6\"\ngroup :development, :test do\n  gem 'rspec'\nend\n",
            &[
                ("rails", Some("7.1.2"), "gem 'rails', '7.1.2'"),
                ("puma", Some("~> 6"), "gem \"puma\", \"~> 6\""),
            ],
        );
        check(
            "go.mod",
            "module x\nrequire (\n\tgithub.com/gorilla/websocket v1.5.0\n)\nrequire nhooyr.io/websocket v1.8.7 // indirect\n",
            &[("github.com/gorilla/websocket", Some("1.5.0"), "github.com/gorilla/websocket v1.5.0")],
        );
        check(
            "mix.exs",
            "defp deps do\n  [{:phoenix, \"~> 1.7\"}, {:x, \"1.0.0\"}]",
            &[("phoenix", Some("~> 1.7"), "{:phoenix, \"~> 1.7\"}"), ("x", Some("1.0.0"), "{:x, \"1.0.0\"}")],
        );
        check(
            "Web.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<PackageReference Include=\"A.B\" Version=\"8.0.1\" />\n</Project>",
            &[("A.B", Some("8.0.1"), "<PackageReference Include=\"A.B\" Version=\"8.0.1\" />")],
        );
    }

    #[test]
    fn lock_files_tell_versions() {
        let check = |name: &str, text: &str, expected: &[(&str, &str)]| {
            let found = locked(name, text.as_bytes()).unwrap_or_else(|| panic!("{name} is a lock file"));
            let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.versions)).collect();
            let expected: Vec<_> = expected.iter().map(|(name, text)| (*name, allowed(text))).collect();
            assert_eq!(found, expected, "{name}");
        };
        let toml = "version = 1\n[[package]]\nname = \"websockets\"\nversion = \"12.0\"\n[[package]]\nname = \"x\"\n";
        check("poetry.lock", toml, &[("websockets", "12.0")]);
        check("uv.lock", toml, &[("websockets", "12.0")]);
        check(
            "Pipfile.lock",
            "{\"default\": {\"daphne\": {\"version\": \"==4.0.0\"}}}",
            &[("daphne", "4.0.0")],
        );
        let npm = "{\"packages\": {\"\": {\"version\": \"1.0.0\"}, \"node_modules/ws\": {\"version\": \"8.17.0\"}, \
                   \"node_modules/a/node_modules/ws\": {\"version\": \"7.0.0\"}}}";
        check("package-lock.json", npm, &[("ws", "8.17.0")]);
        check(
            "package-lock.json",
            "{\"dependencies\": {\"ws\": {\"version\": \"8.1.0\"}}}",
            &[("ws", "8.1.0")],
        );
        let pnpm = "importers:\n  .:\n    dependencies:\n      ws: {specifier: ^8, version: 8.2.0}\n";
        check("pnpm-lock.yaml", pnpm, &[("ws", "8.2.0")]);
        let yarn =
            "# yarn\n\"@x/y@^1\", \"@x/y@~1.2\":\n  version \"1.2.3\"\n\n\"ws@npm:^8\":\n  version: 8.3.0\n";
        check("yarn.lock", yarn, &[("@x/y", "1.2.3"), ("ws", "8.3.0")]);
        let gems =
            "GEM\n  specs:\n    rails (7.1.2)\n      actioncable (= 7.1.2)\n\nDEPENDENCIES\n  rails (~> 7)\n";
        check("Gemfile.lock", gems, &[("rails", "7.1.2")]);
        check(
            "mix.lock",
            "%{\n  \"phoenix\": {:hex, :phoenix, \"1.7.10\", \"00\"},\n}\n",
            &[("phoenix", "1.7.10")],
        );
        for name in ["poetry.lock", "package-lock.json", "yarn.lock", "Gemfile.lock", "mix.lock"] {
            check(name, "{ [", &[]);
        }
        assert!(locked("Cargo.lock", b"").is_none());
    }
}
