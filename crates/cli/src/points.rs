//! What is said while the points of a sweep are run, with the time left.

use std::time::Instant;

use overheard_questions::News;
use overheard_study::Progress;

use crate::numbers::{count, duration};
use crate::voice::Voice;

/// Percent between two lines.
const EVERY: u64 = 5;
/// A failed point with more settings than this is told by its number.
const SETTINGS_TOLD: usize = 8;

/// Tells how a sweep goes.
pub struct Points<'a> {
    voice: &'a Voice,
    /// Which points are at work, when those of this sitting began, and how many were done already.
    begun: Option<(String, Instant, u64)>,
    /// When the draws that follow a run began.
    began: Option<Instant>,
}

impl<'a> Points<'a> {
    /// Nothing is told yet.
    pub fn new(voice: &'a Voice) -> Self {
        Points {
            voice,
            begun: None,
            began: None,
        }
    }

    /// Tells what a sweep reports.
    pub fn hear(&mut self, progress: Progress) {
        match progress {
            Progress::Folder(folder) => {
                self.voice
                    .say(&format!("sweeping into {}", folder.display()));
            }
            Progress::Resumed { points, of } => {
                let [points, of] = [points, of].map(|n| count(n as f64));
                self.voice
                    .say(&format!("resuming: {points} of {of} points are done"));
            }
            Progress::Note(text) => self.voice.warn(&text),
            Progress::Failed {
                point,
                settings,
                message,
            } => self.failed(point, settings, message),
            Progress::Points { done, of } => self.count("points", done, of),
            Progress::Writing => {}
        }
    }

    /// Tells of a point that could not be run: of one with few settings all, of others which point and what was wrong.
    pub fn failed(&self, point: u64, settings: &[String], message: &str) {
        let told = match settings.len() {
            ..=SETTINGS_TOLD => format!("{message} ({})", settings.join(" ")),
            _ => first_line(message).to_owned(),
        };
        self.voice.warn(&format!("point {point} failed: {told}"));
    }

    /// Tells of the draws that follow a run.
    pub fn draws(&mut self, news: &News<'_>) {
        match news {
            News::Draws { draws, people } => {
                self.voice.end();
                let draws = match draws {
                    1 => "one draw".to_owned(),
                    n => format!("{} draws", count(f64::from(*n))),
                };
                self.voice.say(&format!(
                    "the same window at {draws} of what nobody knows, {} assistant users each",
                    count(*people as f64)
                ));
                self.began = Some(Instant::now());
            }
            News::Points(Progress::Points { done, of }) => {
                self.count("drawing", *done, *of);
                if let Some(began) = self.began.filter(|_| done == of) {
                    let seconds = began.elapsed().as_secs_f64();
                    let took = duration(seconds);
                    self.voice.say(&format!("the draws took {took}"));
                }
            }
            News::Points(told @ (Progress::Failed { .. } | Progress::Note(_))) => {
                self.hear(told.clone());
            }
            News::Points(_) | News::Run(_) => {}
        }
    }

    /// Tells how many of some points are done.
    pub fn count(&mut self, what: &str, done: u64, of: u64) {
        let (_, begun, before) = match &mut self.begun {
            Some(begun) if begun.0 == what => begun,
            begun => begun.insert((what.to_owned(), Instant::now(), done)),
        };
        let left = left(begun.elapsed().as_secs_f64(), done - *before, of - done);
        let [shown, all] = [done, of].map(|n| count(n as f64));
        let text = match done > *before && done < of {
            true => format!("{shown} of {all}, {} left", duration(left)),
            false => format!("{shown} of {all}"),
        };
        self.voice.progress(what, EVERY, done, of, &text);
        if done == of {
            self.voice.end();
        }
    }
}

/// Seconds that so many points take, as fast as the others did.
fn left(seconds: f64, done: u64, left: u64) -> f64 {
    seconds * left as f64 / done.max(1) as f64
}

/// What is wrong, without where.
fn first_line(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{first_line, left};

    #[test]
    fn what_is_left_takes_as_long_as_what_was_done() {
        assert_eq!(left(10.0, 5, 15), 30.0);
        assert_eq!(left(10.0, 0, 15), 150.0);
    }

    #[test]
    fn of_a_long_point_what_is_wrong_is_told() {
        let told = "error: `ads.click_rate` is too small\n --> --set:1:16";
        assert_eq!(first_line(told), "`ads.click_rate` is too small");
        assert_eq!(first_line("no shares"), "no shares");
    }
}
