//! overheard-report
