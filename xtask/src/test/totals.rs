//! Counting tests over several runners.

use std::fmt;
use std::ops::AddAssign;

use anyhow::Context as _;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, flaky ones included.
    pub failed: u64,
    /// Tests that were not run.
    pub skipped: u64,
}

impl Totals {
    /// What one line of `cargo test` adds: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub fn of_cargo_line(line: &str) -> Self {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return Self::default();
        };
        let count = |word: &str| {
            counts
                .split("; ")
                .filter_map(|part| part.trim().split_once(' '))
                .find(|(_, name)| *name == word)
                .and_then(|(number, _)| number.parse().ok())
                .unwrap_or(0)
        };
        Self {
            passed: count("passed"),
            failed: count("failed"),
            skipped: count("ignored"),
        }
    }

    /// The statistics of Playwright's JSON report.
    pub fn of_playwright(report: &[u8]) -> anyhow::Result<Self> {
        let report: serde_json::Value =
            serde_json::from_slice(report).context("Playwright's report is no JSON")?;
        let count = |name: &str| {
            report["stats"][name]
                .as_u64()
                .with_context(|| format!("Playwright's report has no count `{name}`"))
        };
        let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
        Ok(Self {
            passed: count("expected")?,
            failed: count("unexpected")? + count("flaky")? + errors,
            skipped: count("skipped")?,
        })
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargo_lines() {
        let line = "test result: FAILED. 12 passed; 3 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(
            Totals::of_cargo_line(line),
            Totals {
                passed: 12,
                failed: 3,
                skipped: 2
            }
        );
        assert_eq!(Totals::of_cargo_line("test a ... ok"), Totals::default());
    }

    #[test]
    fn flaky_browser_tests_and_global_errors_count_as_failed() {
        let report =
            br#"{"errors":[{}],"stats":{"expected":4,"unexpected":1,"flaky":1,"skipped":2}}"#;
        assert_eq!(
            Totals::of_playwright(report).unwrap(),
            Totals {
                passed: 4,
                failed: 3,
                skipped: 2
            }
        );
        assert!(Totals::of_playwright(b"{}").is_err());
    }

    #[test]
    fn closes_in_the_plain_form() {
        let mut totals = Totals {
            passed: 1,
            failed: 0,
            skipped: 0,
        };
        assert_eq!(totals.to_string(), "1 passed, 0 failed");
        totals += Totals {
            passed: 1,
            failed: 2,
            skipped: 3,
        };
        assert_eq!(totals.to_string(), "2 passed, 2 failed, 3 skipped");
    }
}
