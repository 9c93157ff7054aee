//! What the process takes of the machine, as far as the system tells (Linux, `proc(5)`).
#![expect(clippy::disallowed_methods, reason = "the system tells it in a file")]

/// More than that within one page is no page, in KiB.
pub const MOST_FOR_A_PAGE: u64 = 4 * 1024 * 1024;

/// Gives the memory that the process holds, in KiB.
pub fn memory() -> Option<u64> {
    told("VmRSS:")
}

/// Gives the most memory that the process has held at once, in KiB.
pub fn peak_memory() -> Option<u64> {
    told("VmHWM:")
}

fn told(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let figure = status.lines().find_map(|line| line.strip_prefix(name))?;
    figure.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_told_on_linux_and_never_more_than_the_peak() {
        let text = vec![1_u8; 32 * 1024 * 1024];
        let held = memory();
        let is_told = held.is_some_and(|kibibytes| kibibytes > 32 * 1024);
        assert_eq!(is_told, cfg!(target_os = "linux"), "{held:?} for {} bytes", text.len());
        assert!(peak_memory() >= held);
    }
}
