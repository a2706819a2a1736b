"""The Groups tab: groups, their members, and the policies that use them."""
