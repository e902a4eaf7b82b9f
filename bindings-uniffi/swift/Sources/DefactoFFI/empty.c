// SwiftPM wants one source file in a target of C.
