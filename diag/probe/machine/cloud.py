"""Which cloud this machine is one of, by what its firmware says of itself: files of the kernel, and nobody is asked.

A container sees its host's.
"""

from diag.model.local_file import read_file

_LIMIT = 4_096
_DMI = "/sys/class/dmi/id/"
_SIGNS = (
    ("sys_vendor", "Amazon EC2", "AWS"),
    ("chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77", "Azure"),
    ("product_name", "Google Compute Engine", "Google Cloud"),
    ("chassis_asset_tag", "OracleCloud.com", "Oracle Cloud"),
    ("sys_vendor", "Alibaba Cloud", "Alibaba Cloud"),
    ("chassis_asset_tag", "ibmcloud", "IBM Cloud"),
    ("sys_vendor", "DigitalOcean", "DigitalOcean"),
    ("sys_vendor", "Hetzner", "Hetzner"),
    ("sys_vendor", "Tencent Cloud", "Tencent Cloud"),
    ("product_name", "OpenStack", "OpenStack"),
)
"""A file of the firmware (SMBIOS), how it begins there, and the cloud. A vendor alone may sell machines of other kinds as well:
Microsoft's name is on every Hyper-V, Google's on laptops."""


def cloud_of(root: str = "") -> str:
    """Return the cloud by a name that people know; empty: none that is known, or the firmware does not say."""
    for file, sign, cloud in _SIGNS:
        if read_file(f"{root}{_DMI}{file}", _LIMIT).data.decode("utf-8", "replace").strip().lower().startswith(sign.lower()):
            return cloud
    # Before it had firmware of its own, EC2 ran on Xen, which gives each machine a number that begins with its name.
    xen = read_file(f"{root}/sys/hypervisor/uuid", _LIMIT).data.lower()
    return "AWS" if xen.startswith(b"ec2") else ""
