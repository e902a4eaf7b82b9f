// swift-tools-version:5.9

import PackageDescription

let package = Package(
    name: "Defacto",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "Defacto", targets: ["Defacto"])],
    targets: [
        .target(name: "DefactoFFI", publicHeadersPath: "include"),
        // libdefacto_uniffi is found where the linker is told: -L or -Xlinker.
        .target(name: "Defacto", dependencies: ["DefactoFFI"], linkerSettings: [.linkedLibrary("defacto_uniffi")]),
    ]
)
