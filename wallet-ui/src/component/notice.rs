use leptos::prelude::*;

use super::{Icon, IconName};
use crate::model::Problem;

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Plain,
    /// Something worked.
    Good,
    /// Worth a thought first.
    Warn,
    /// Something failed.
    Bad,
}

/// A boxed remark.
#[component]
pub fn Notice(
    /// Its weight.
    kind: NoticeKind,
    /// First words, in bold.
    #[prop(optional, into)]
    title: Option<String>,
    /// Name for tests.
    #[prop(default = "notice")]
    testid: &'static str,
    /// The rest.
    children: Children,
) -> impl IntoView {
    let (class, icon, role) = match kind {
        NoticeKind::Plain => ("notice", IconName::Info, "note"),
        NoticeKind::Good => ("notice good", IconName::Tick, "status"),
        NoticeKind::Warn => ("notice warn", IconName::Warning, "note"),
        NoticeKind::Bad => ("notice bad", IconName::Warning, "alert"),
    };
    view! {
        <div class=class role=role data-testid=testid>
            <Icon name=icon />
            <div class="body">
                {title.map(|title| view! { <strong>{title}</strong> })}
                {children()}
            </div>
        </div>
    }
}

/// What went wrong and what to do, announced at once.
#[component]
pub fn ProblemNotice(
    /// What went wrong.
    problem: Problem,
) -> impl IntoView {
    view! {
        <Notice kind=NoticeKind::Bad title=problem.title testid="error">
            <p>{problem.detail}</p>
        </Notice>
    }
}
