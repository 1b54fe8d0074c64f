//! The program `wslint`.

use std::process::ExitCode;

#[cfg(not(target_os = "wasi"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    #[cfg(target_os = "wasi")]
    go_to_working_directory();
    wslint::run(std::env::args_os()).into()
}

/// Goes to the folder that the variable `PWD` names: WASI has every program begin at `/`.
#[cfg(target_os = "wasi")]
fn go_to_working_directory() {
    if let Some(here) = std::env::var_os("PWD") {
        // Where there is no such folder, paths are those from `/` on.
        let _ = std::env::set_current_dir(here);
    }
}

/// Has Linux give the program pages of the usual size, whatever the allocator asks for: of huge ones (2 MB) each holds
/// memory that is not used, which together comes to half of what a large file takes.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    // Where Linux refuses, wslint takes more memory and does the same.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
