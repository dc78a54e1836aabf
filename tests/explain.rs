//! `overheard explain`: a month told, and strangers refused.

use crate::support::UNDISTURBED;

#[test]
fn a_traced_person_is_told_and_a_stranger_is_not() {
    let place = &UNDISTURBED;
    let told = place.overheard(&["explain", "finished"]).expect(0);
    let id = told.data.lines().next().unwrap().to_owned();
    assert!(
        told.data.contains("The window under both arms"),
        "{told:#?}"
    );
    assert!(
        told.data.lines().all(|l| l.chars().count() <= 80),
        "{told:#?}"
    );
    let named = place
        .overheard(&["explain", "finished", "--person", &id])
        .expect(0);
    assert_eq!(named.data, told.data);
    place
        .overheard(&[
            "explain",
            "finished",
            "--person",
            "eu/25-34/assistant/4000000",
        ])
        .expect(2)
        .says(&["`eu/25-34/assistant/4000000` was not traced", &id]);
    place
        .overheard(&["explain", "nowhere"])
        .expect(2)
        .says(&["there is no folder", "hint"]);
}
