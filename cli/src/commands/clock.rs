//! The one place where the commands read the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use glimpse_protocol::time::DateTime;

/// `given`, or the time it is.
pub fn now(given: Option<DateTime>) -> anyhow::Result<DateTime> {
    if let Some(now) = given {
        return Ok(now);
    }
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    Ok(DateTime::from_unix(i64::try_from(seconds.as_secs())?)?)
}
