//! overheard-outcomes
