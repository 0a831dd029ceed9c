from django.urls import path

from accounts.members import sheet, views

urlpatterns = [
    path("coordination/personnes/", views.members, name="members"),
    path("coordination/personnes/journal/", views.journal, name="members_journal"),
    path("coordination/personnes/<slug:ref>/", sheet.member, name="member"),
]
