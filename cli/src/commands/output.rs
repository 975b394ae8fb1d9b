//! What commands print, and with what they end.

use serde_json::Value;

/// The command was used wrongly, as opposed to refused: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Something was checked and refused: exit code 1, and with `--json` a machine-readable reason.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    message: String,
    json: Option<Value>,
}

impl Refusal {
    /// A refusal with its machine-readable form, if that was asked for.
    pub fn new(message: String, json: Option<Value>) -> Self {
        Self { message, json }
    }

    /// The exit code for an error; prints what `--json` asked for.
    pub fn exit_code(error: &anyhow::Error) -> u8 {
        if error.chain().any(|cause| cause.is::<Usage>()) {
            return 2;
        }
        if let Some(json) = error
            .downcast_ref::<Self>()
            .and_then(|refusal| refusal.json.as_ref())
        {
            println!("{json:#}");
        }
        1
    }
}

/// Prints a result: as JSON, or in words.
pub fn print(json: bool, value: &Value, words: &str) {
    if json {
        println!("{value:#}");
    } else {
        println!("{words}");
    }
}
