//! Finds the text of nginx and HAProxy configurations in files that neither proxy reads: manifests, values, compose files,
//! cloud-init, scripts, Dockerfiles, Terraform. Each text comes with the place of every byte, with the name under which
//! the proxy will read it, and with how an edit of it is written back.
//!
//! This crate is pure: it is given bytes and opens nothing. It does not know the proxies either: what it finds may be text
//! of anything, and whoever asks tells configurations by what they say.
//!
//! | question | asked in |
//! |---|---|
//! | may a file hold such text at all | [`may_hold`], [`Format`] |
//! | which texts does it hold | [`read`]; `yaml`, `script`, `hcl`, `dockerfile`, `makefile`, `nix`, `fence` for each format |
//! | which texts lie in one folder, and where | [`place`] |
//! | how is an edit written back | [`written`] |

mod base64;
mod command;
mod compose_map;
mod dockerfile;
mod echoed;
mod embedded;
mod fence;
mod format;
mod gzip;
mod hcl;
mod heredoc;
mod made;
mod makefile;
mod nested;
mod nix;
mod place;
mod script;
mod shell;
mod variables;
mod words;
mod writing;
mod yaml;

pub use embedded::{Embedded, Folder, Group, Mount, Read, Workload};
pub use format::Format;
pub use place::{Placed, place};
pub use words::may_hold;
pub use writing::written;
pub use yaml::{Behavior, Generator};

use wslint_model::{FileId, Mapped};

/// Which files the generators of a kustomization make keys of ConfigMaps and Secrets of.
pub fn generators(kustomization: &[u8]) -> Vec<Generator> {
    yaml::generators(kustomization)
}

/// The folders of the kustomizations that a kustomization builds on, from its own folder on.
pub fn bases(kustomization: &[u8]) -> Vec<String> {
    yaml::bases(kustomization)
}

/// Reads the texts of what is made of `file`: a template with values in it. Texts that stand in other files are theirs.
pub fn read_made(format: Format, source: &Mapped, file: FileId) -> Read {
    let Read { texts, workloads, .. } = read(format, &source.text, file);
    let texts = texts.into_iter().filter_map(|text| made::of_file(text, source, file)).collect();
    // A template is no YAML before it is rendered, and nothing is wrong with that.
    Read { texts, workloads, complaints: Vec::new() }
}

/// Reads the texts of a file of a format, whose places are told as those of `file`.
pub fn read(format: Format, bytes: &[u8], file: FileId) -> Read {
    let read = match format {
        Format::Yaml | Format::Json => yaml::read(bytes, file),
        Format::Script => script::read(bytes, file),
        Format::Hcl => hcl::read(bytes, file),
        Format::Dockerfile => dockerfile::read(bytes, file),
        Format::Makefile => makefile::read(bytes, file),
        Format::Nix => nix::read(bytes, file),
        Format::Document => fence::read(bytes, file),
    };
    Read { texts: nested::unfolded(read.texts, file), ..read }
}
