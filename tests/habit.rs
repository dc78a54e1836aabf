//! How often people chat: the month of a monthly user has no beginning and no end.

use overheard_outcomes::{Column, Estimate, Estimates, Key};

use crate::support::{NOTHING, lived};

/// A sum over days of the window, counted from 0.
fn over(estimates: &Estimates, arm: usize, key: &Key, days: std::ops::Range<usize>) -> Estimate {
    let mut sum = Estimate::ZERO;
    for day in &estimates.days()[days] {
        let key = key.clone().with(Column::Day, day.clone());
        sum.add(
            estimates
                .get(arm, &key)
                .unwrap_or_else(|| panic!("no row {key}")),
        );
    }
    sum
}

/// 120 days without anything that makes people chat less: chats, people chatting and signals of each of seventeen weeks lie
/// within four standard errors of the first. An error is 1 to 2 % with 60,000 people, so that the former fall by 13 % once
/// the first thirty days were over, in which everybody had to chat, is seen by six of them or more.
#[test]
fn no_week_differs_from_the_first() {
    let text = "\
[time]
start = 2025-12-01
end = 2026-03-30
in_force_from = 2025-12-01
[run]
people = 60000
[pilot]
people = 1000
[notices]
acts = 0
cuts_down = 0
[reactions]
cut_down = 0
quit = 0
[[arm]]
name = \"no-policy\"
policy.enabled = false
[[arm]]
name = \"policy\"
policy.start = 2025-12-01
";
    let estimates = lived(text, NOTHING);
    for (arm, measure) in [(0, "chats"), (0, "people_chatting"), (1, "signals")] {
        let key = Key::of(measure);
        let week = |k: usize| over(&estimates, arm, &key, 7 * k..7 * (k + 1));
        let first = week(0);
        for k in 1..17 {
            let change = week(k).over(&first).map(|ratio| ratio - 1.0);
            let error = change.std_error().unwrap();
            assert!(
                change.value.abs() < 4.0 * error && error < 0.02,
                "{measure}, week {}: {:+.4} ± {error:.4}",
                k + 1,
                change.value
            );
        }
    }
    // Everybody chats in the month of the window, and no more than everybody.
    let users = Key::of("people").with(Column::Bucket, "assistant");
    let of = |key: &Key| estimates.get(0, key).unwrap().value;
    assert_eq!(of(&Key::of("people_chatting")), of(&users));
}

/// A window from 6 January, which lives through the weeks since the policy date before it, and the same days of one that
/// began on 1 December: within four standard errors of their difference, as two samples of the same days.
#[test]
fn a_later_window_is_the_tail_of_a_longer_one() {
    let from = |start: &str| {
        format!(
            "[time]\nstart = {start}\nend = 2026-01-19\n[run]\npeople = 20000\n[pilot]\npeople = 1000\n\
             [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n[[arm]]\nname = \"policy\"\n"
        )
    };
    let (long, late) = (
        lived(&from("2025-12-01"), NOTHING),
        lived(&from("2026-01-06"), NOTHING),
    );
    let before = long.days().len() - late.days().len();
    let chat = |measure| Key::of(measure).with(Column::Source, "chat");
    for (arm, key) in [
        (0, Key::of("chats")),
        (0, Key::of("people_chatting")),
        (1, Key::of("chats")),
        (1, Key::of("signals")),
        (1, chat("ad_impressions")),
        (1, chat("organic_items")),
    ] {
        let tail = over(&long, arm, &key, before..long.days().len());
        let own = over(&late, arm, &key, 0..late.days().len());
        let error = tail.std_error().unwrap().hypot(own.std_error().unwrap());
        let off = tail.value - own.value;
        assert!(
            off.abs() < 4.0 * error,
            "{key}: {} {} ± {error}",
            tail.value,
            own.value
        );
    }
}
