//! Which arms a figure draws, and how it names the others.

use overheard_charts::{Chart, WIDTH};

use crate::names::not_drawn;

/// Charts of many arms are no higher than this [px]: as wide as paper, they still fit on a page of it.
pub(super) const HIGHEST: f64 = 1800.0;

/// Arms that give the same picture, drawn once.
pub(super) struct Group<T> {
    arms: Vec<String>,
    pub shown: T,
}

impl<T> Group<T> {
    /// `policy`, `policy and opt-out`, or `policy and 10 alike`.
    pub fn name(&self) -> String {
        self.named("", "")
    }

    /// `arm “policy”`, in sentences and in legends that do not say that they list arms.
    pub fn quoted(&self) -> String {
        let plural = if self.arms.len() == 2 { "s" } else { "" };
        format!("arm{plural} {}", self.named("“", "”"))
    }

    /// The same as a heading.
    pub fn heading(&self) -> String {
        self.quoted().replacen('a', "A", 1)
    }

    fn named(&self, open: &str, close: &str) -> String {
        match self.arms.as_slice() {
            [] => String::new(),
            [arm] => format!("{open}{arm}{close}"),
            [a, b] => format!("{open}{a}{close} and {open}{b}{close}"),
            [first, more @ ..] => format!("{open}{first}{close} and {} alike", more.len()),
        }
    }
}

/// Arms in the order of the scenario, each put to the first group it is `alike`.
pub(super) fn grouped<T>(
    arms: impl IntoIterator<Item = (String, T)>,
    alike: impl Fn(&T, &T) -> bool,
) -> Vec<Group<T>> {
    let mut groups: Vec<Group<T>> = Vec::new();
    for (arm, shown) in arms {
        match groups.iter_mut().find(|g| alike(&g.shown, &shown)) {
            Some(group) => group.arms.push(arm),
            None => groups.push(Group {
                arms: vec![arm],
                shown,
            }),
        }
    }
    groups
}

/// The chart that `draw` makes of as many of the first groups as it can show on [`HIGHEST`] pixels, with a note that names what
/// is drawn as one or not at all.
pub(super) fn fitting<T>(groups: &[Group<T>], draw: impl Fn(&[Group<T>]) -> Chart) -> Chart {
    let mut most = groups.len();
    loop {
        let mut chart = draw(&groups[..most]);
        chart.note = [chart.note, note(groups, most)].join(" ").trim().into();
        if most <= 1 || chart.layout(WIDTH).height <= HIGHEST {
            return chart;
        }
        most -= 1;
    }
}

fn note<T>(groups: &[Group<T>], most: usize) -> String {
    let mut sentences: Vec<String> = groups[..most]
        .iter()
        .filter(|group| group.arms.len() > 1)
        .map(|group| {
            format!(
                "Drawn as one with “{}”: {}.",
                group.arms[0],
                group.arms[1..].join(", ")
            )
        })
        .collect();
    let left: Vec<&str> = groups[most..]
        .iter()
        .flat_map(|group| group.arms.iter().map(String::as_str))
        .collect();
    sentences.extend(not_drawn(&left));
    sentences.join(" ")
}
