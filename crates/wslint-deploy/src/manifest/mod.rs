//! Manifests: which packages a program is made of, and in which versions where they are pinned.

mod dotnet;
mod elixir;
mod go;
mod lines;
mod node;
mod package;
mod python;
mod ruby;

pub use self::package::Package;

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
        _ if name.starts_with("requirements") && name.ends_with(".txt") && !is_for_work(&name) => {
            python::requirements
        }
        _ => return None,
    })
}

/// Whether a list of requirements is for tests or for the work on the program.
fn is_for_work(name: &str) -> bool {
    ["dev", "test", "doc", "lint", "ci"].iter().any(|word| {
        name.split(['-', '_', '.'])
            .any(|part| part.strip_suffix('s').unwrap_or(part) == *word || part == "development")
    })
}

#[cfg(test)]
mod tests {
    use super::packages;

    fn check(name: &str, text: &str, expected: &[(&str, Option<&str>, &str)]) {
        let found = packages(name, text.as_bytes()).unwrap_or_else(|| panic!("{name} is a manifest"));
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_str(), one.version.as_deref(), &text[one.span.range()]))
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
                ("channels", None, "Channels~=4.0"),
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
                ("fastapi", None, "\"fastapi>=0.100\""),
                ("uvicorn", Some("0.30.1"), "'uvicorn==0.30.1'"),
                ("daphne", Some("4.1.0"), "daphne"),
                ("python", None, "python"),
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
            &[("socket.io", Some("4.7.5"), "\"socket.io\""), ("@x/y", None, "\"@x/y\"")],
        );
        check("package.json", "{", &[]);
        check("package.json", "[]", &[]);
    }

    #[test]
    fn other_manifests_name_packages() {
        check(
            "Gemfile",
            "source 'x'\ngem 'rails', '7.1.2'\ngem \"puma\", \"~> 6\"\ngroup :development, :test do\n  gem 'rspec'\nend\n",
            &[("rails", Some("7.1.2"), "gem 'rails', '7.1.2'"), ("puma", None, "gem \"puma\", \"~> 6\"")],
        );
        check(
            "go.mod",
            "module x\nrequire (\n\tgithub.com/gorilla/websocket v1.5.0\n)\nrequire nhooyr.io/websocket v1.8.7 // indirect\n",
            &[("github.com/gorilla/websocket", Some("1.5.0"), "github.com/gorilla/websocket v1.5.0")],
        );
        check(
            "mix.exs",
            "defp deps do\n  [{:phoenix, \"~> 1.7\"}, {:x, \"1.0.0\"}]",
            &[("phoenix", None, "{:phoenix, \"~> 1.7\"}"), ("x", Some("1.0.0"), "{:x, \"1.0.0\"}")],
        );
        check(
            "Web.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<PackageReference Include=\"A.B\" Version=\"8.0.1\" />\n</Project>",
            &[("A.B", Some("8.0.1"), "<PackageReference Include=\"A.B\" Version=\"8.0.1\" />")],
        );
    }
}
