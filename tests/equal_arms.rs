//! Arms that are equal by whatever route, and an arm's own numbers wherever it stands.

use overheard_outcomes::{Estimates, Key};

use crate::support::{NOTHING, lived};

const WEEK: &str = "\
[time]
start = 2025-12-15
end = 2025-12-18
[run]
people = 4000
[pilot]
people = 1000
";

/// Measures of what was shown, to whom, and at which prices.
const SHOWN: [&str; 6] = ["ad_", "displaced", "organic", "price", "pacing", "budget"];

/// Rows in which two arms differ, of measures that begin with one of some prefixes.
fn differing(a: (&Estimates, usize), b: (&Estimates, usize), prefixes: &[&str]) -> Vec<String> {
    let shown = |measure: &str| prefixes.iter().any(|p| measure.starts_with(p));
    let value = |(all, arm): (&Estimates, usize), key| all.get(arm, key).map(|e| e.value.to_bits());
    let keys = a.0.keys().filter(|key| shown(key.measure()));
    keys.filter(|key| value(a, key) != value(b, key))
        .map(ToString::to_string)
        .collect()
}

/// Nobody's profile differs, whatever the reason: then no ad, item or price does, to the last bit. Before, budgets met anew
/// moved prices by a millionth, and that displaced thousands of ads.
#[test]
fn arms_in_which_no_chat_is_used_show_what_the_base_shows() {
    let text = format!(
        "{WEEK}[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n\
         [[arm]]\nname = \"opt-out-all\"\ncontrols.opt_out_available = true\ncontrols.opt_out_share = 1\n\
         [[arm]]\nname = \"opt-in-none\"\ncontrols.opt_in_required = true\ncontrols.opt_in_share = 0\n\
         [[arm]]\nname = \"unread\"\nextraction.recall = 0\n\
         [[arm]]\nname = \"unused\"\npolicy.use_for_ads = false\npolicy.use_for_content = false\n\
         [[arm]]\nname = \"treated-none\"\npolicy.treated_share = 0\n\
         [[arm]]\nname = \"policy\"\n"
    );
    let all = lived(&text, NOTHING);
    for arm in 1..6 {
        let rows = differing((&all, 0), (&all, arm), &SHOWN);
        assert!(rows.is_empty(), "{}: {:?}", all.arms()[arm], &rows[..1]);
    }
    // The same comparison sees a policy that is used.
    assert!(differing((&all, 0), (&all, 6), &SHOWN).len() > 100);
}

/// Where chats choose posts alone, ads are those of nobody heard: shown, clicked, bought from. When clicks on what a person had
/// only chatted about moved those on the rest, and a person was keener on a matter because it had been heard, 3 % of the ads
/// that the policy displaces were displaced there, and 7 % of the purchases it brings were bought.
#[test]
fn an_arm_whose_chats_choose_no_ads_shows_those_of_the_base() {
    let text = format!(
        "{WEEK}[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n\
         [[arm]]\nname = \"content\"\npolicy.use_for_ads = false\n\
         [[arm]]\nname = \"policy\"\n"
    );
    let all = lived(&text, NOTHING);
    for measure in ["ad_clicks", "ad_conversions", "displaced_impressions"] {
        let total = |arm: usize| all.get(arm, &Key::of(measure)).unwrap().value;
        let [base, content, policy] = [0, 1, 2].map(total);
        let (own, of_ads) = ((content - base).abs(), (policy - base).abs());
        assert!(own < 1e-4 * of_ads, "{measure}: {own} of {of_ads}");
    }
}

/// Budgets are those of the status quo, whichever arm comes first; what is held against the first arm alone differs.
#[test]
fn an_arm_has_its_own_numbers_wherever_it_stands() {
    let policy = "[[arm]]\nname = \"policy\"\n";
    let without = "[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n";
    let second = lived(&format!("{WEEK}{without}{policy}"), NOTHING);
    let first = lived(&format!("{WEEK}{policy}{without}"), NOTHING);
    let shown = [
        "ad_",
        "organic",
        "price",
        "pacing",
        "budget",
        "signals",
        "sensitive",
        "chats",
        "people_chatting",
        "people_quit",
        "controls_used",
    ];
    for (a, b) in [(1, 0), (0, 1)] {
        let rows = differing((&second, a), (&first, b), &shown);
        assert!(rows.is_empty(), "{}: {:?}", second.arms()[a], &rows[..1]);
    }
}
