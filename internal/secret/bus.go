package secret

import "runtime"

// needsBus tells whether the system's keyring is reached over D-Bus.
const needsBus = runtime.GOOS != "darwin" && runtime.GOOS != "windows"
