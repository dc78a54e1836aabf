//! Panics of stages are told once, in the error; all others reach the hook that was there before. A binary of its own,
//! since a panic hook is the whole process's.
#![expect(clippy::unwrap_used, reason = "tests")]

#[expect(dead_code, reason = "shared with the other tests")]
#[path = "run/toy.rs"]
mod toy;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use toy::{Fault, Toy, outputs, plans};

#[test]
fn only_panics_of_stages_are_silenced() {
    let heard = Arc::new(AtomicUsize::new(0));
    let ear = Arc::clone(&heard);
    std::panic::set_hook(Box::new(move |_| {
        ear.fetch_add(1, Ordering::Relaxed);
    }));
    let mut others = 0;
    for plan in plans() {
        let toy = Toy::new(4, 2, 2).with_trap(5, 1, Fault::Panic, usize::MAX);
        outputs(&toy, plan).unwrap_err();
        assert_eq!(heard.load(Ordering::Relaxed), others, "{plan:?}");

        std::thread::spawn(|| panic!("someone else"))
            .join()
            .unwrap_err();
        others += 1;
        assert_eq!(heard.load(Ordering::Relaxed), others, "{plan:?}");
    }
}
