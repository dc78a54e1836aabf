//! Laws of the rules: a rule under which no chat can be used changes nothing, a better detector takes nothing more, and
//! people to whom an arm's keys do not apply live under the base arm's in everything.

use overheard_outcomes::{Column, Estimates, Key, differences};

use crate::support::{NOTHING, lived};

/// A week round the policy date under fixed pacing, so that arms differ by their rules and not by how the market answers.
const WEEK: &str = "\
[market]
response = \"fixed-pacing\"
[time]
start = 2025-12-14
end = 2025-12-20
in_force_from = 2025-12-15
[pilot]
people = 1000
";

/// Rows of an arm that differ from the base arm's, and how many rows there are in all.
fn unequal(estimates: &Estimates, arm: &str) -> (Vec<String>, usize) {
    let mut rows = 0;
    let mut unequal = Vec::new();
    for row in differences(estimates).filter(|row| row.arm == arm) {
        rows += 1;
        // A price without ads is no number in either arm.
        let neither = row.base_value.is_nan() && row.value.is_nan();
        if !neither && row.difference != 0.0 {
            unequal.push(format!("{}: {}", row.key, row.difference));
        }
    }
    (unequal, rows)
}

/// Enough of a list to see what is wrong.
fn few<T>(list: &[T]) -> &[T] {
    &list[..list.len().min(5)]
}

/// The sum of all rows of a measure that are cut by class and route.
fn from_sensitive(estimates: &Estimates, arm: &str, measure: &str) -> f64 {
    let cut = |key: &Key| {
        let by = [Column::Topic, Column::Bucket].map(|c| !key.get(c).is_empty());
        let whole = [Column::Market, Column::Age].map(|c| key.get(c).is_empty());
        key.measure() == measure && by == [true; 2] && whole == [true; 2]
    };
    let rows = estimates.rows().filter(|r| r.arm == arm && cut(r.key));
    rows.map(|r| r.estimate.value).sum()
}

/// Whoever acts on a notice quits the assistant or chats less from then on. (Those counted who do not use it, three quarters
/// of all, were three times as many as who used either control.)
#[test]
fn who_acts_on_a_notice_uses_a_control() {
    let text = format!(
        "{WEEK}[run]\npeople = 20000\n[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n[[arm]]\nname = \"policy\"\n"
    );
    let all = lived(&text, NOTHING);
    let of = |measure: &'static str, bucket: &'static str| {
        let key = Key::of(measure).with(Column::Bucket, bucket);
        all.get(1, &key).unwrap().value
    };
    let acted = of("notice_funnel", "acted");
    let used = of("controls_used", "cut_down") + of("controls_used", "quit");
    assert!(
        acted > 0.0 && acted < used * (1.0 + 1e-9),
        "{acted} of {used}"
    );
}

/// Per seed, by common random numbers: no error band is needed. A ladder whose caught chats alone leaked rose by two
/// fifths. Without false positives, which keep out ordinary chats: those compete with the sensitive ones.
#[test]
fn a_better_detector_never_reaches_more_people() {
    let arms = [
        ("unprotected", "sensitive.exclude_promised_ads = false"),
        ("recall-0", "sensitive.detector_recall = 0"),
        ("recall-25", "sensitive.detector_recall = 0.25"),
        ("recall-50", "sensitive.detector_recall = 0.5"),
        ("recall-75", "sensitive.detector_recall = 0.75"),
        ("recall-100", "sensitive.detector_recall = 1.0"),
    ];
    let named = |(name, key): (&str, &str)| format!("[[arm]]\nname = \"{name}\"\n{key}\n");
    let ladder: String = arms.into_iter().map(named).collect();
    let text = format!(
        "{WEEK}[run]\npeople = 20000\n[sensitive]\nfalse_positive = 0\n[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n{ladder}"
    );
    for seed in ["run.seed=1", "run.seed=2", "run.seed=3"] {
        let estimates = lived(&text, &[seed]);
        for measure in [
            "sensitive_ad_impressions",
            "people_reached_from_sensitive_chats",
        ] {
            let steps = arms.map(|(arm, _)| from_sensitive(&estimates, arm, measure));
            assert!(
                steps.windows(2).all(|pair| pair[0] >= pair[1]),
                "{seed} {measure}: {steps:?}"
            );
            let (blind, perfect) = (steps[1], steps[5]);
            assert!(
                perfect > 0.0 && blind > 1.2 * perfect,
                "{seed} {measure}: {steps:?}"
            );
        }
    }
}

/// Nothing is read: no signals, and every row is the base arm's.
#[test]
fn what_cannot_be_read_is_used_for_nothing() {
    let text = format!(
        "{WEEK}[run]\npeople = 5000\n[notices]\nacts = 0\ncuts_down = 0\n\
         [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n\
         [[arm]]\nname = \"unread\"\nextraction.recall = 0\nsensitive.neighbour_leak = 1\n\
         [[arm]]\nname = \"read\"\nsensitive.neighbour_leak = 1\n"
    );
    let estimates = lived(&text, NOTHING);
    let (differ, rows) = unequal(&estimates, "unread");
    let meant = |row: &&String| {
        ["sensitive_missed", "sensitive_caught", "notice_funnel"]
            .iter()
            .any(|m| row.starts_with(m))
    };
    let differ: Vec<&String> = differ.iter().filter(|row| !meant(row)).collect();
    assert!(
        differ.is_empty() && rows > 1000,
        "{rows} rows, {:?}",
        few(&differ)
    );
    assert!(unequal(&estimates, "read").0.len() > 1000);
}

/// Keys of every kind, changed for nobody: all rows are the base arm's, whether that has a policy or none. Before,
/// people who were not treated quit by the million.
#[test]
fn untreated_people_live_under_the_base_arm_in_everything() {
    const OTHER_KEYS: &str = "\
policy.start = 2025-12-15
policy.excluded_markets = []
signals.chat_weight = 9
signals.half_life_chat = 40
signals.half_life_behaviour = 100
signals.use_off_platform = false
sensitive.exclude_promised_ads = false
extraction.recall = 1
apps.joined_whatsapp = 1
controls.opt_out_available = true
controls.incognito_available = true
reactions.recognised = 1
reactions.hide = 0.2
reactions.cut_down = 0.1
reactions.quit = 0.1
reactions.unjoin = 0.1
reactions.kept_after_cut = 0
";
    for base in ["policy.enabled = false", "policy.start = 2025-12-16"] {
        let text = format!(
            "{WEEK}[run]\npeople = 5000\n[notices]\nacts = 0.5\ncuts_down = 0.5\n\
             [[arm]]\nname = \"base\"\n{base}\n\
             [[arm]]\nname = \"none\"\npolicy.treated_share = 0\n{OTHER_KEYS}\
             [[arm]]\nname = \"all\"\n{OTHER_KEYS}"
        );
        let estimates = lived(&text, NOTHING);
        let (differ, rows) = unequal(&estimates, "none");
        assert!(
            differ.is_empty() && rows > 1000,
            "{base}: {rows} rows, {:?}",
            few(&differ)
        );
        assert!(unequal(&estimates, "all").0.len() > 1000, "{base}");
        let quit = |arm| {
            let key = Key::of("controls_used").with(Column::Bucket, "quit");
            estimates.get(arm, &key).unwrap().value
        };
        assert!(quit(2) > quit(0), "{base}");
    }
}

/// Everybody speaks and no voice can be understood. Before, the mean share of voice of 1 was one of 0.61.
#[test]
fn where_all_is_spoken_and_no_voice_is_understood_there_are_no_signals() {
    let text = format!(
        "{WEEK}[run]\npeople = 5000\n[assistant]\nvoice_share = 1\nvoice_share_glasses = 1\n\
         [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n\
         [[arm]]\nname = \"deaf\"\nextraction.voice_quality = 0\n\
         [[arm]]\nname = \"deaf-with-leak\"\nextraction.voice_quality = 0\nsensitive.neighbour_leak = 1\n\
         [[arm]]\nname = \"hears\"\n"
    );
    let estimates = lived(&text, NOTHING);
    let signals = |arm| estimates.get(arm, &Key::of("signals")).unwrap().value;
    assert_eq!([0, 1, 2].map(signals), [0.0; 3]);
    assert!(signals(3) > 0.0);
}
