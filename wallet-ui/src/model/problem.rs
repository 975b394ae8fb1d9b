/// Something went wrong: what, in plain words, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One short sentence.
    pub title: String,
    /// Why, and what the reader can do.
    pub detail: String,
}

impl Problem {
    /// A problem from its two sentences.
    #[must_use]
    pub fn new(title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            detail: detail.into(),
        }
    }
}
