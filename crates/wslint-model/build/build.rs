//! Makes the tables of products, and of the words that paths are known by, from the files of `products/` and the lines of
//! `data/traffic`.

// A build script is where files and the environment are looked at, and talks to Cargo by what it prints.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

mod code;
mod form;
mod reading;
mod signs;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use wslint_data::folder;

fn main() -> Result<(), Box<dyn Error>> {
    let (products, traffic) = (folder("products")?, folder("data")?.join("traffic"));
    println!("cargo::rerun-if-changed=build");
    for folder in [&products, &traffic] {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let mut problems = Vec::new();
    let read = reading::products(&products, &mut problems)?;
    let signs = signs::sorted(&read, &mut problems);
    let words = signs::words(&traffic, &read).unwrap_or_else(|found| {
        problems.extend(found);
        String::new()
    });
    for problem in problems {
        println!("cargo::error={problem}");
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("products.rs"), code::tables(&read, &signs))?;
    fs::write(Path::new(&out).join("words.rs"), words)?;
    Ok(())
}
