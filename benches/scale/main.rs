//! CPU time and memory of wslint on generated trees, beside the checks of nginx and HAProxy on the same files.
//!
//! `cargo bench --bench scale` prints a row for each kind of input: the median CPU seconds (user and system) and the
//! median peak memory of several runs, the same of the proxy's own check where it is installed, and their ratio.
//! `WSLINT_NGINX` and `WSLINT_HAPROXY` name other programs for it.
//! `cargo bench --bench scale -- trees FOLDER HOSTS` only writes the trees.

#![allow(clippy::disallowed_methods, reason = "the benchmark makes its trees and starts the programs")]
#![allow(clippy::print_stdout, reason = "the table is what the benchmark is for")]

mod measure;
mod trees;

use std::error::Error;
use std::path::Path;
use std::process::Command;

use self::measure::{Cost, median};

/// How often each program runs.
const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    args.retain(|arg| arg != "--bench");
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [measure::ONCE, program @ ..] => measure::once(program),
        ["trees", folder, hosts] => trees::write_all(Path::new(folder), hosts.parse()?).map_err(Into::into),
        _ => table(),
    }
}

/// The programs, as they are started on a tree.
struct Bench {
    nginx: String,
    haproxy: String,
}

impl Bench {
    fn wslint(&self, args: &[&str], folder: &Path) -> Option<Cost> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wslint"));
        command.args(args).current_dir(folder);
        median(RUNS, &command)
    }

    fn nginx(&self, folder: &Path) -> Option<Cost> {
        let mut command = Command::new(&self.nginx);
        command.arg("-t").arg("-c").arg(folder.join("nginx.conf")).arg("-p").arg(folder);
        median(RUNS, &command)
    }

    fn haproxy(&self, folder: &Path) -> Option<Cost> {
        let mut command = Command::new(&self.haproxy);
        command.arg("-c").arg("-f").arg(folder.join("haproxy.cfg"));
        median(RUNS, &command)
    }
}

fn table() -> Result<(), Box<dyn Error>> {
    let program = |variable: &str, name: &str| std::env::var(variable).unwrap_or_else(|_| name.to_owned());
    let bench =
        Bench { nginx: program("WSLINT_NGINX", "nginx"), haproxy: program("WSLINT_HAPROXY", "haproxy") };
    println!(
        "{:<44} {:>9} {:>7}   {:<12} {:>9} {:>7} {:>7}",
        "input", "CPU s", "MB", "peer", "CPU s", "MB", "ratio"
    );
    let scratch = tempfile::tempdir()?;
    let make = |name: &str, write: &dyn Fn(&Path) -> std::io::Result<()>| {
        let folder = scratch.path().join(name);
        std::fs::create_dir(&folder)?;
        write(&folder).map(|()| folder)
    };
    let lint = ["--exit-zero", "--quiet", "."];

    let thousand = make("thousand", &|folder| trees::nginx(folder, 1_000, trees::Hosts::Alike))?;
    row("nginx, 1,000 hosts", bench.wslint(&lint, &thousand), "nginx -t", bench.nginx(&thousand));
    let differing = make("differing", &|folder| trees::nginx(folder, 1_000, trees::Hosts::Differing))?;
    row(
        "nginx, 1,000 hosts that differ",
        bench.wslint(&lint, &differing),
        "nginx -t",
        bench.nginx(&differing),
    );
    let many = make("many", &|folder| trees::nginx(folder, 10_000, trees::Hosts::Alike))?;
    let nginx = bench.nginx(&many);
    row("nginx, 10,000 hosts", bench.wslint(&lint, &many), "nginx -t", nginx);
    row(
        "  one of their files, --changed",
        bench.wslint(&["--exit-zero", "--quiet", "--changed", "hosts/00500.conf"], &many),
        "nginx -t",
        nginx,
    );
    row(
        "  trace of one request",
        bench.wslint(&["trace", "ws://site7.test:18087/ws", "."], &many),
        "nginx -t",
        nginx,
    );
    let uncounted = bench.wslint(&["--exit-zero", "--quiet", "--statistics", "."], &many);
    for format in ["full", "sarif"] {
        let printed = bench.wslint(&["--exit-zero", "--quiet", "--format", format, "."], &many);
        row(&format!("  20,000 findings as {format}"), printed, "", None);
        if let (Some(printed), Some(uncounted)) = (printed, uncounted) {
            let share = 100.0 * (printed.seconds - uncounted.seconds).max(0.0) / printed.seconds;
            println!("    of it {share:.0} % are printing: the rest is what --statistics costs");
        }
    }
    let one = make("one", &|folder| trees::nginx_in_one_file(folder, 20 << 20))?;
    row("nginx, one file of 20 MB", bench.wslint(&lint, &one), "nginx -t", bench.nginx(&one));
    let haproxy = make("haproxy", &|folder| trees::haproxy(folder, 1_000))?;
    row(
        "HAProxy, 1,000 frontends and backends",
        bench.wslint(&lint, &haproxy),
        "haproxy -c",
        bench.haproxy(&haproxy),
    );
    let tiny = make("tiny", &trees::tiny)?;
    row("nginx, ten lines", bench.wslint(&lint, &tiny), "true", median(RUNS, &Command::new("true")));
    Ok(())
}

/// Prints what wslint costs, and how many times more its peer does.
fn row(input: &str, cost: Option<Cost>, peer: &str, other: Option<Cost>) {
    let Some(cost) = cost else { return println!("{input:<44} failed") };
    print!("{input:<44} {:>9.3} {:>7.0}", cost.seconds, cost.megabytes);
    match other {
        Some(other) => println!(
            "   {peer:<12} {:>9.3} {:>7.0} {:>7.1}",
            other.seconds,
            other.megabytes,
            other.seconds / cost.seconds
        ),
        None if peer.is_empty() => println!(),
        None => println!("   {peer} is not installed, or refuses the tree"),
    }
}
