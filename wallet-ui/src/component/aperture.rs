use leptos::prelude::*;

/// Edges of six blades around a hexagonal opening, as rotations of one line.
fn blades(line: &'static str) -> impl IntoView {
    [0, 60, 120, 180, 240, 300]
        .map(|angle| view! { <path d=line transform=format!("rotate({angle})") /> })
        .collect_view()
}

/// The mark of Glimpse: an aperture, half open.
#[component]
pub fn Lens() -> impl IntoView {
    view! {
        <svg class="lens" viewBox="-52 -52 104 104" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round">
            <circle r="48" />
            {blades("M-13.9-24H41.6")}
        </svg>
    }
}

/// The large, faint aperture on a card.
#[component]
pub fn Iris() -> impl IntoView {
    view! {
        <svg class="iris" viewBox="-52 -52 104 104" aria-hidden="true" fill="none" stroke="currentColor">
            <circle r="50" />
            <circle r="47.5" />
            {blades("M-13.9-24H41")}
            {blades("M-11.5-20H43")}
            {blades("M-9.2-16H44.6")}
        </svg>
    }
}
