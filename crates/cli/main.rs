//! The program `wslint`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    wslint::run(std::env::args_os()).into()
}

/// Has Linux give the program pages of the usual size, whatever the allocator asks for: of huge ones (2 MB) each holds
/// memory that is not used, which together comes to half of what a large file takes.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    // Where Linux refuses, wslint takes more memory and does the same.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
