//! A chart in words, for those who do not see it.

use crate::chart::Chart;
use crate::data::Datum;

/// So many series are told of; of the others, how many there are.
const MOST_TOLD: usize = 12;

impl Chart {
    /// What is shown, between which values each series lies, and where the numbers come from.
    pub fn described(&self) -> String {
        let data = self.data();
        let mut series: Vec<Vec<&Datum>> = Vec::new();
        for datum in &data {
            let same =
                |s: &&mut Vec<&Datum>| (&s[0].panel, &s[0].series) == (&datum.panel, &datum.series);
            match series.iter_mut().find(same) {
                Some(one) => one.push(datum),
                None => series.push(vec![datum]),
            }
        }
        let mut parts = vec![self.subtitle.clone()];
        parts.extend(series.iter().take(MOST_TOLD).map(|one| told(one)));
        if series.len() > MOST_TOLD {
            parts.push(format!("And {} series more.", series.len() - MOST_TOLD));
        }
        if data.is_empty() {
            parts.push("No data.".to_owned());
        }
        parts.extend([self.note.clone(), self.caption.clone()]);
        parts.retain(|part| !part.trim().is_empty());
        parts.join(" ")
    }
}

/// `Chats in arm “policy”, chats missed: 628k (union membership) to 20.7M (health).`
fn told(one: &[&Datum]) -> String {
    let by_value = |a: &&&Datum, b: &&&Datum| a.value.total_cmp(&b.value);
    let (Some(least), Some(most)) = (one.iter().min_by(by_value), one.iter().max_by(by_value))
    else {
        return String::new();
    };
    let names = [most.panel.as_str(), most.series.as_str()];
    let name = names.into_iter().filter(|n| !n.is_empty());
    let name = name.collect::<Vec<_>>().join(", ");
    let at = |d: &Datum| format!("{} ({})", d.unit.format(d.value), d.category);
    let range = if least.value == most.value {
        at(most)
    } else {
        format!("{} to {}", at(least), at(most))
    };
    let colon = if name.is_empty() { "" } else { ": " };
    format!("{name}{colon}{range}.")
}
