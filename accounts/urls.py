from django.urls import path

from accounts.places.views import places

urlpatterns = [path("lieux/", places, name="places")]
