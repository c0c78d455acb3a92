"""Every version the project pins that is not a Python package (those: *.txt here,
npm packages: package.json here)."""

ODOO_SERIES = "19.0"
PYTHON_MIN, PYTHON_MAX = (3, 10), (3, 13)  # what Odoo 19 runs on
POSTGRES_MIN = 13

# Debian carries Odoo 19 in its unstable suite only. The file is signed and checked
# by apt; a newer build of the same series is taken when this one is gone.
DEBIAN_ODOO = "odoo-19"
DEBIAN_ODOO_VERSION = "19.0.0+dfsg-1"
DEBIAN_SUITE = "unstable"
# Targets of symbolic links inside that package, from the same suite …
DEBIAN_LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
)
# … and from the machine's own suite: Odoo's style sheets need Font Awesome 4.7.
DEBIAN_LINKED_OWN_SUITE = ("fonts-font-awesome",)
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# The Debian build leaves this file out; browser tests fail on its 404.
SELFIE_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"
SELFIE_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"

# Official sources, tried in this order. The series' newest build is taken, because
# older ones are not kept; ODOO_TARBALL (file or address) overrides both.
ODOO_TARBALLS = (
    "https://nightly.odoo.com/19.0/nightly/tgz/odoo_19.0.latest.tar.gz",
    "https://github.com/odoo/odoo/archive/refs/heads/19.0.tar.gz",
)
