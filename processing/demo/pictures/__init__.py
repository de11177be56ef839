"""The invented municipality in pictures: panoramas along its streets and photos from the air."""
